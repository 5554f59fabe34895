"""The gate's log and what follows from it: permits, their end, contacts made, receipts.

Everything here but Desk and Reach is added and never changed. A permit's state follows
from its rows and the clock (states.py), so that it expires without any job. Counts
are of a party: across loans, lenders, numbers, staff and agencies. Texts ending in
`_json` are canonical JSON without personal data.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.journal.guards import append_only, versioned
from dunwell.store.people.models import Lender, Party, Staff


class Desk(models.Model):
    """The lock of a party: whoever asks about the party or uses a permit holds this row.

    `failed_in_row` and `last_conversation_at` follow from Outcome and are kept for speed.
    """

    party = models.OneToOneField(
        Party, primary_key=True, on_delete=models.PROTECT, related_name="desk"
    )
    failed_in_row = models.PositiveIntegerField(default=0)
    """Attempts to reach the party itself, since the last that was answered."""
    last_conversation_at = models.DateTimeField(null=True)


class Reach(models.Model):
    """One number or address, whoever has it. Its id stands where counts and refusals go by it."""

    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True, unique=True)
    address_sealed = models.BinaryField(null=True)
    address_index = models.BinaryField(max_length=16, null=True, unique=True)


@append_only
class Withdrawal(models.Model):
    """The end of something that stood: a consent taken back, a freeze lifted."""

    at = models.DateTimeField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=60)
    why = models.CharField(max_length=200)


@versioned
class Standing(models.Model):
    """What stands about a person, a number or a colleague, from a moment until another.

    It stands while from_at <= now < until_at (null: no end) and nobody withdrew it.
    """

    class What(models.TextChoices):
        FREEZE = "freeze", "停催"
        CONSENT = "consent", "同意"
        APPROVAL = "approval", "批准"
        OPT_OUT = "opt_out", "退订"
        REFUSAL = "refusal", "拒绝联系"
        EVIDENCE = "evidence", "凭证"
        STAFF = "staff", "人员状态"

    what = models.CharField(max_length=10, choices=What.choices)
    kind = models.CharField(max_length=30)
    party = models.ForeignKey(
        Party, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reach = models.ForeignKey(
        Reach, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    staff = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=10, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    dated_on = models.DateField(null=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    by_label = models.CharField(max_length=60)
    why = models.CharField(max_length=200)
    replaced = models.ForeignKey(
        Withdrawal, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False) | Q(reach__isnull=False) | Q(staff__isnull=False),
                name="standing_about_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(what="refusal") | Q(reach__isnull=False, until_at=None, replaced=None),
                name="standing_refusal_for_ever",
            ),
        ]
        indexes = [
            models.Index(fields=[column], condition=Q(replaced=None), name=f"standing_{column}")
            for column in ("party", "reach", "staff")
        ]


@append_only
class Permit(models.Model):
    """One question to the gate and its answer, allowed or refused: a row of the gate's log.

    It is a permit where `reserved_until` is set: then it counts until that moment, or
    for ever once it is used.
    """

    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="permits", db_index=False
    )
    lender = models.ForeignKey(
        Lender, on_delete=models.PROTECT, related_name="permits", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="permits")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", db_index=False)
    reach = models.ForeignKey(
        Reach, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=6)
    role = models.CharField(max_length=16)
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=10)
    direction = models.CharField(max_length=8)
    collectors = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    clock_ok = models.BooleanField()
    """False: the moment itself was refused (clock, calendar, zone); it is no moment seen."""
    verdict = models.CharField(max_length=14)
    reserved_until = models.DateTimeField(null=True)
    next_allowed_at = models.DateTimeField(null=True)
    codes = models.CharField(max_length=400)
    """Worst first, with spaces between."""
    reasons_json = models.TextField()
    lifted_json = models.TextField()
    inputs_json = models.TextField()
    packs = models.CharField(max_length=120)
    pack_hash = models.CharField(max_length=64)
    """What answered: the packs, and where a text was checked the lexicon too."""
    content_hash = models.CharField(max_length=64, blank=True)
    """SHA-256 of the text; empty where there is none."""
    lexicon_hash = models.CharField(max_length=64, blank=True, default="")
    """The lexicon the text was checked with; empty where none was."""

    class Meta:
        indexes = [
            models.Index(
                fields=["party", "asked_at"],
                condition=Q(reserved_until__isnull=False),
                name="permit_party",
            ),
            models.Index(
                fields=["reach", "asked_at"],
                condition=Q(reserved_until__isnull=False),
                name="permit_reach",
            ),
            models.Index(fields=["asked_at"], condition=Q(clock_ok=True), name="permit_clock"),
            models.Index(fields=["lender", "asked_at"], name="permit_lender"),
        ]


@append_only
class Step(models.Model):
    """The one end of a permit: used, given back, or refused when it was to be used."""

    class Kind(models.TextChoices):
        USED = "used", "已使用"
        RELEASED = "released", "已释放"
        REFUSED = "refused", "发送时被拒"

    permit = models.OneToOneField(
        Permit, primary_key=True, on_delete=models.PROTECT, related_name="step"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_label = models.CharField(max_length=60)
    codes = models.CharField(max_length=400, blank=True)
    """What the re-check found."""

    class Meta:
        indexes = [models.Index(fields=["at"], name="step_at")]


@append_only
class Outcome(models.Model):
    """How a contact went: known when it ends, and counted from then on."""

    permit = models.OneToOneField(
        Permit, primary_key=True, on_delete=models.PROTECT, related_name="outcome"
    )
    answered = models.BooleanField()
    conversation = models.BooleanField()
    """An effective conversation: they spoke with us about the matter."""
    at = models.DateTimeField()
    actor = models.ForeignKey(
        Staff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    actor_label = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered=True) | Q(conversation=False), name="outcome_answered"
            )
        ]


@append_only
class Unsent(models.Model):
    """A used permit under which, as is known, nothing left the house: it counts as no contact.

    Its receipt stays: the permit was used, and what came of it is told here.
    """

    permit = models.OneToOneField(
        Permit, primary_key=True, on_delete=models.PROTECT, related_name="unsent"
    )
    at = models.DateTimeField()
    code = models.CharField(max_length=40, blank=True)
    """What the gateway said when it did not take it."""
    actor_label = models.CharField(max_length=60)


@append_only
class Receipt(models.Model):
    """The signed receipt of a used permit; the receipts of one party form a chain."""

    permit = models.OneToOneField(
        Permit, primary_key=True, on_delete=models.PROTECT, related_name="receipt"
    )
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="receipts", db_index=False
    )
    place = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    document = models.TextField()
    """The file as the borrower gets it, signature and all."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["party", "place"], name="receipt_place")]
