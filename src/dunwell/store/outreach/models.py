"""Notes, drafts, messages, replies and recordings: every act of contact and what came of it.

A Note (催记) is append-only and closes at most one permit; a correction is a further row.
Its text sits sealed in NoteText, which key rotation may rewrite; the note keeps the salted
hash. A Message is a row of the outbox: its state moves, each move is a MessageEvent.
Personal text is sealed; the salt of a hash lies beside the text and goes with it.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.journal.guards import append_only
from dunwell.store.people.models import Lender, Staff
from dunwell.store.permits.models import Permit, Reach


@append_only
class Note(models.Model):
    """One act on a case: a call, a visit, a reply, or a remark; never changed."""

    class Channel(models.TextChoices):
        CALL = "call", "电话"
        SMS = "sms", "短信"
        VISIT = "visit", "外访"
        LETTER = "letter", "信函"
        NONE = "none", "备注"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes", db_index=False)
    permit = models.OneToOneField(Permit, null=True, on_delete=models.PROTECT, related_name="note")
    """The permit this note closes; a correction, a remark and a call of the borrower have none."""
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    corrects = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    direction = models.CharField(max_length=8, default="outbound")
    number_code = models.CharField(max_length=8, blank=True)
    case_code = models.CharField(max_length=8, blank=True)
    """Codes of core.disposition."""
    reason = models.CharField(max_length=8, blank=True)
    effective = models.BooleanField(default=False)
    rest_until = models.DateTimeField(null=True)
    """Until when the house leaves the number or the borrower alone (see resting)."""
    next_step = models.CharField(max_length=12, blank=True)
    next_on = models.DateField(null=True)
    next_at = models.DateTimeField(null=True)
    """The moment the borrower asked to be called back at."""
    identity_checked = models.BooleanField(default=False)
    at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    """When the act began; null for a remark."""
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)
    text_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of salt and text; empty where there is no text."""

    class Meta:
        indexes = [
            models.Index(fields=["case", "-id"], name="note_case"),
            models.Index(fields=["by", "at"], name="note_by"),
            models.Index(fields=["at"], name="note_at"),
            models.Index(
                fields=["rest_until"],
                condition=models.Q(rest_until__isnull=False),
                name="note_rest",
            ),
        ]


class NoteText(models.Model):
    """The text of a note: the officer's summary and the customer's own words, as sealed JSON."""

    note = models.OneToOneField(
        Note, primary_key=True, on_delete=models.PROTECT, related_name="text"
    )
    salt = models.BinaryField(max_length=16)
    text_sealed = models.BinaryField()


class Draft(models.Model):
    """A note being written: one per person and case, kept through reload; a note when it seals."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="drafts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    permit = models.ForeignKey(
        Permit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    body_sealed = models.BinaryField(null=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    began_at = models.DateTimeField()
    seals_at = models.DateTimeField(null=True, db_index=True)
    """Saved: it becomes a note at this moment unless it is undone before. Null: still written."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "case"], name="draft_once")]


@append_only
class Letterhead(models.Model):
    """Under which name a lender writes, and where it can be reached; the newest counts."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="letterheads")
    signature = models.CharField(max_length=20)
    """Registered with the gateway; stands in 【】 in front of every message."""
    call_back = models.CharField(max_length=20)
    pay_link = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=60)


class Message(models.Model):
    """One message of the outbox. Its state and what the gateway said are all that changes."""

    class State(models.TextChoices):
        QUEUED = "queued", "待发送"
        LEASED = "leased", "发送中"
        HANDED = "handed", "已交网关"
        ACCEPTED = "accepted", "网关已收"
        DELIVERED = "delivered", "已送达"
        FAILED = "failed", "发送失败"
        REFUSED = "refused", "未获许可"
        UNKNOWN = "unknown", "去向不明"
        CANCELLED = "cancelled", "已取消"

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", db_index=False)
    reach = models.ForeignKey(
        Reach, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    permit = models.OneToOneField(
        Permit, null=True, on_delete=models.PROTECT, related_name="message"
    )
    """The permit it is, or was last, to be sent under."""
    key = models.CharField(max_length=64, unique=True)
    """Whoever queues says what it is; the same key is the same message."""
    template = models.CharField(max_length=60)
    purpose = models.CharField(max_length=10)
    text_sealed = models.BinaryField(null=True)
    content_hash = models.CharField(max_length=64)
    parts = models.PositiveSmallIntegerField()
    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    code = models.CharField(max_length=40, blank=True)
    """Why it was refused, failed or is unknown."""
    queued_at = models.DateTimeField()
    queued_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    queued_label = models.CharField(max_length=60)
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    sends_again = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="sent_again_as"
    )
    """The message of unknown fate a person decided to send again."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "gateway_id"],
                condition=~Q(gateway_id=""),
                name="message_gateway_id",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state="queued"), name="message_queue"
            ),
            models.Index(
                fields=["leased_until"],
                condition=Q(state__in=["leased", "handed"]),
                name="message_leased",
            ),
            models.Index(fields=["case", "-id"], name="message_case"),
            models.Index(fields=["state", "-id"], name="message_state"),
        ]


class MessagePart(models.Model):
    """One part of a message that went in several: the gateway's id of it, and what became of it.

    A message in one part has none; its id stands in the message.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="sent_parts")
    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=80)
    state = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_id"], name="message_part_id")
        ]


@append_only
class MessageEvent(models.Model):
    """One move of a message, or one word of the gateway about it."""

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    at = models.DateTimeField()
    state = models.CharField(max_length=10)
    code = models.CharField(max_length=40, blank=True)
    by_label = models.CharField(max_length=60)
    figures: Any = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["message", "id"], name="message_event")]


class Reply(models.Model):
    """A message that came in: an opt-out is honoured at once, all others go to a person.

    One that came in parts says what of it came; `waits_until` is set while parts are missing.
    """

    class Kind(models.TextChoices):
        OPT_OUT = "opt_out", "退订"
        REPLY = "reply", "回复"
        UNKNOWN_NUMBER = "unknown", "未知号码"

    gateway = models.CharField(max_length=20)
    gateway_id = models.CharField(max_length=80)
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    reach = models.ForeignKey(
        Reach, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(
        Case, null=True, on_delete=models.PROTECT, related_name="replies", db_index=False
    )
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    text_sealed = models.BinaryField(null=True)
    parts = models.PositiveSmallIntegerField(default=1)
    waits_until = models.DateTimeField(null=True)
    """Shown from this moment on, though parts are missing; null: it is whole."""
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.OneToOneField(Note, null=True, on_delete=models.PROTECT, related_name="reply")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "gateway_id"], name="reply_once")]
        indexes = [
            models.Index(fields=["at"], condition=Q(handled_at=None), name="reply_waiting"),
            models.Index(fields=["case", "-id"], name="reply_case"),
        ]


class ReplyPart(models.Model):
    """One part of a reply that came in several; a part that comes twice is known by its text."""

    reply = models.ForeignKey(
        Reply, on_delete=models.PROTECT, related_name="arrived", db_index=False
    )
    place = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    text_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "place"], name="reply_part_once")]


@append_only
class Recording(models.Model):
    """A sound file of a call: what it is and where it lies. Playing it is journalled."""

    permit = models.ForeignKey(
        Permit, null=True, on_delete=models.PROTECT, related_name="recordings"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recordings")
    media = models.CharField(max_length=4)
    """wav, mp3 or m4a."""
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    seconds = models.PositiveIntegerField()
    stored_name = models.CharField(max_length=80, unique=True)
    retention = models.CharField(max_length=20)
    keep_until = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    by_label = models.CharField(max_length=60)


class RecordingKey(models.Model):
    """The key one sound file is encrypted with; without it the file is noise."""

    recording = models.OneToOneField(
        Recording, primary_key=True, on_delete=models.PROTECT, related_name="key"
    )
    key_sealed = models.BinaryField()
