"""An invented recording for the demo: a soft tone of a few seconds, no voice, marked as such.

Each call gets a tone of its own length, so that two calls never share one sound.
"""

from __future__ import annotations

import io
import math
import wave

RATE = 8_000
LOUD = 2_000
OFFERED_IN = frozenset({"demo", "test"})
"""Environments in which an invented recording may be attached."""


def demo_sound(call: int) -> bytes:
    """A WAV of two to four seconds with a title that says it is a demonstration."""
    seconds, pitch = 2 + call % 3, 300 + call % 97
    samples = b"".join(
        round(LOUD * math.sin(2 * math.pi * pitch * n / RATE)).to_bytes(2, "little", signed=True)
        for n in range(RATE * seconds)
    )
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples)
    return made.getvalue()
