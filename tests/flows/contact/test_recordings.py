"""Recordings: known by their content, kept encrypted, listened to under the journal's eye."""

from __future__ import annotations

import hashlib
import io
import struct
import wave
from datetime import date
from pathlib import Path

import pytest

from dunwell.flows.contact.recordings import (
    NoContact,
    NoSound,
    add_recording,
    play_recording,
)
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Recording
from dunwell.store.outreach.sound_files import PIECE, SoundBroken, read_sound, write_sound
from dunwell.store.people.permissions import NotPermitted
from tests.flows.contact.people import Office
from tests.flows.contact.test_notes import dialled

pytestmark = pytest.mark.django_db


def wav(seconds: float = 1.5) -> bytes:
    """A real WAV of silence: 8 kHz, 16 bit, as a switch records."""
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return held.getvalue()


def mp3(frames: int = 80) -> bytes:
    """Frames of silence: MPEG-1 layer III, 128 kbit/s, 44.1 kHz, 417 bytes and 26 ms each."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def m4a(seconds: int = 7) -> bytes:
    """A container that says how long it is, as a phone's recorder writes it."""

    def box(name: bytes, *inside: bytes) -> bytes:
        content = b"".join(inside)
        return struct.pack(">I", 8 + len(content)) + name + content

    mvhd = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000), bytes(80))
    return box(b"ftyp", b"M4A \0\0\0\0M4A ") + box(b"moov", mvhd) + box(b"mdat", bytes(64))


def added(office: Office, permit: int, home: Path, content: bytes | None = None) -> Recording:
    return add_recording(
        actor=office.collector, now=office.now, permit=permit, pieces=[content or wav()], home=home
    )


def test_a_recording_lies_encrypted_and_plays_back_as_it_was(
    office: Office, tmp_path: Path
) -> None:
    content = wav()
    row = added(office, dialled(office), tmp_path, content)
    assert (row.media, row.seconds, row.bytes) == ("wav", 2, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.keep_until == date(2031, 3, 2)
    [stored] = (tmp_path / "recordings").iterdir()
    assert b"RIFF" not in stored.read_bytes() and stored.stat().st_mode & 0o777 == 0o600
    played = play_recording(
        actor=office.supervisor, now=office.now, recording=row.pk, why="质检抽查", home=tmp_path
    )
    assert b"".join(played.pieces) == content and played.media_type == "audio/wav"
    assert Entry.objects.filter(verb="recording.play", why="质检抽查").exists()


@pytest.mark.parametrize(("content", "media", "seconds"), [(mp3(), "mp3", 3), (m4a(), "m4a", 7)])
def test_mp3_and_m4a_say_how_long_they_are(
    office: Office, tmp_path: Path, content: bytes, media: str, seconds: int
) -> None:
    row = added(office, dialled(office), tmp_path, content)
    assert (row.media, row.seconds) == (media, seconds)


def test_the_same_sound_twice_is_one_recording(office: Office, tmp_path: Path) -> None:
    permit = dialled(office)
    first, second = added(office, permit, tmp_path), added(office, permit, tmp_path)
    assert first == second and len(list((tmp_path / "recordings").iterdir())) == 1


def unfinished() -> bytes:
    """A WAV whose writer never came back to say how long it is."""
    return wav().replace(struct.pack("<I", 24_000), b"\xff" * 4)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF0000WAVE", b"%PDF-1.7 ...", b"MZ" * 100, unfinished()]
)
def test_what_is_no_sound_is_refused_and_not_kept(
    office: Office, tmp_path: Path, content: bytes
) -> None:
    permit = dialled(office)
    with pytest.raises(NoSound):
        add_recording(
            actor=office.collector, now=office.now, permit=permit, pieces=[content], home=tmp_path
        )
    assert list((tmp_path / "recordings").iterdir()) == [] and not Recording.objects.exists()


def test_a_recording_belongs_to_a_contact_that_was_made(office: Office, tmp_path: Path) -> None:
    asked = office.ask()
    with pytest.raises(NoContact):
        added(office, asked.permit, tmp_path)


def test_who_may_listen_and_only_with_a_reason(office: Office, tmp_path: Path) -> None:
    row = added(office, dialled(office), tmp_path)
    for nobody in (office.collector, office.person("analyst"), office.person("admin")):
        with pytest.raises(NotPermitted):
            play_recording(
                actor=nobody, now=office.now, recording=row.pk, why="想听听看", home=tmp_path
            )
    with pytest.raises(ReasonMissing):
        play_recording(
            actor=office.supervisor, now=office.now, recording=row.pk, why=" ", home=tmp_path
        )


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_a_file_of_any_length_opens_whole_or_not_at_all(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    path = tmp_path / "a.sound"
    written = write_sound(path, [content[:1000], content[1000:]])
    assert b"".join(read_sound(path, written.key)) == content
    whole = path.read_bytes()
    for broken in (whole[:-1], whole[: len(whole) // 2], whole[:-1] + bytes([whole[-1] ^ 1])):
        path.write_bytes(broken)
        with pytest.raises(SoundBroken):
            list(read_sound(path, written.key))
