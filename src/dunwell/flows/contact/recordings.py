"""Recordings of contacts: taken in, kept encrypted, played back under the journal's eye.

Called by the desk (upload), the voice channel (what the switch recorded) and the API. A WAV,
MP3 or M4A is known by its content, not its name. Playing is a permissioned act with a
reason, journalled each time. Files lie in HOME/recordings.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from tinytag import TinyTag, TinyTagException

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Recording, RecordingKey
from dunwell.store.outreach.sound_files import read_sound, write_sound
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Permit, Step
from dunwell.store.policy.house import parameter
from dunwell.store.vault import open_sealed, seal

MOST_BYTES = 200 << 20
LONGEST_SECONDS = 24 * 3600
"""A header that tells of more was never finished: the length of such a file is not known."""
LEAST_REASON = 4
RETENTION = "contact"
_PLACE = {"table": "outreach_recordingkey", "column": "key_sealed"}
MEDIA = {"wav": "audio/wav", "mp3": "audio/mpeg", "m4a": "audio/mp4"}


class NoSound(Refusal):
    """Not a WAV, MP3 or M4A that can be read. Figures: allowed."""

    code = "RECORDING-NO-SOUND"


class SoundTooLarge(Refusal):
    """More bytes than a recording may have. Figures: most_mib."""

    code = "RECORDING-TOO-LARGE"


class NoContact(Refusal):
    """No contact was made under that permit. Figures: permit."""

    code = "RECORDING-NO-CONTACT"


class NoSuchRecording(Refusal):
    """No recording of that number. Figures: recording."""

    code = "RECORDING-NO-SUCH"


@dataclass(frozen=True, slots=True)
class Played:
    """A recording opened for playing."""

    media_type: str
    size_bytes: int
    pieces: Iterator[bytes]


def add_recording(
    *, actor: Actor, now: datetime, permit: int, pieces: Iterable[bytes], home: Path
) -> Recording:
    """Take in the sound of a contact that was made. The very same sound twice is one recording.

    Refuses NotPermitted, NoContact, NoSound and SoundTooLarge; nothing is kept then.
    """
    day = now.astimezone(BEIJING).date()
    given = Permit.objects.filter(pk=permit).select_related("case").first()
    if given is None:
        require(actor, "note.write", day=day)
        raise NoContact(permit=permit)
    case = given.case
    require(
        actor, "note.write", day=day, lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip
    if not Step.objects.filter(permit=given, kind=Step.Kind.USED).exists():
        raise NoContact(permit=permit)
    folder = home / "recordings"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".upload-") as taken:
        for piece in pieces:
            taken.write(piece)
            if taken.tell() > MOST_BYTES:
                raise SoundTooLarge(most_mib=MOST_BYTES >> 20)
        taken.flush()
        media, seconds = _sound_of(Path(taken.name))
        stored_name = f"{secrets.token_hex(16)}.sound"
        written = write_sound(folder / stored_name, _pieces_of(Path(taken.name)))
    try:
        with transaction.atomic():
            same = Recording.objects.filter(permit=given, sha256=written.sha256).first()
            if same is not None:
                (folder / stored_name).unlink()
                return same
            return _keep(
                actor, now, given, media, seconds, stored_name, written.sha256, written.bytes,
                written.key,
            )  # fmt: skip
    except BaseException:
        (folder / stored_name).unlink(missing_ok=True)
        raise


def play_recording(*, actor: Actor, now: datetime, recording: int, why: str, home: Path) -> Played:
    """Open a recording for playing; the journal says who listened and why.

    Refuses NoSuchRecording, NotPermitted, ReasonMissing, and SoundBroken while it plays.
    """
    day = now.astimezone(BEIJING).date()
    row = Recording.objects.filter(pk=recording).select_related("case", "key").first()
    if row is None:
        require(actor, "recording.play", day=day)
        raise NoSuchRecording(recording=recording)
    case = row.case
    require(
        actor, "recording.play", day=day, lender=case.lender_id, team=case.team_id,
        holder=case.holder_id,
    )  # fmt: skip
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    with transaction.atomic():
        append(
            stream=stream_of(case.lender_id), verb="recording.play", subject=f"case:{case.pk}",
            actor=actor, at=now, lender=case.lender_id, why=why.strip(),
            figures={"recording": row.pk},
        )  # fmt: skip
    key = open_sealed(row.key.key_sealed, row=row.pk, **_PLACE)
    return Played(
        MEDIA[row.media], row.bytes, read_sound(home / "recordings" / row.stored_name, key)
    )


def _keep(
    actor: Actor,
    now: datetime,
    permit: Permit,
    media: str,
    seconds: int,
    stored_name: str,
    sha256: str,
    size: int,
    key: str,
) -> Recording:
    case = permit.case
    day = now.astimezone(BEIJING).date()
    years = parameter("recording.keep_years", lender=case.lender_id, day=day)
    row = Recording.objects.create(
        permit=permit,
        case=case,
        media=media,
        sha256=sha256,
        bytes=size,
        seconds=seconds,
        stored_name=stored_name,
        retention=RETENTION,
        keep_until=_years_later(day, years),
        at=now,
        by_id=actor.staff,
        by_label=actor.label,
    )
    RecordingKey.objects.create(recording=row, key_sealed=seal(key, row=row.pk, **_PLACE))
    append(
        stream=stream_of(case.lender_id), verb="recording.add", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id,
        figures={"recording": row.pk, "permit": permit.pk, "seconds": seconds},
    )  # fmt: skip
    return row


def _sound_of(path: Path) -> tuple[str, int]:
    """Kind and whole seconds, rounded up, as the file itself says. Refuses NoSound."""
    head = path.open("rb").read(12)
    media = ""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        media = "wav"
    elif head[4:8] == b"ftyp":
        media = "m4a"
    elif head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0):
        media = "mp3"
    if media:
        try:
            with path.open("rb") as sound:
                duration = TinyTag.get(filename=f"sound.{media}", file_obj=sound).duration
        except (TinyTagException, OSError, ValueError):
            duration = None
        if duration and 0 < duration <= LONGEST_SECONDS:
            return media, -int(-duration // 1)
    raise NoSound(allowed=", ".join(MEDIA))


def _pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(1 << 20):
            yield piece


def _years_later(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March, never earlier."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
