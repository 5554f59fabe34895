"""The lender's book. Keys (Borrower, Loan) stand for ever; facts about them are versions.

Two clocks: every fact has its effective day (due_date, paid_on, start_on ...) and
the recording that entered it; a change enters a new row and marks the old one
`replaced` by its recording, never overwrites. What was known at a moment is
`entered <= r and (replaced is null or replaced > r)` for the newest recording r
of that moment: recordings of one lender are made under one lock, so their ids
are in order of time. Current facts are `replaced is null`. Amounts are fen.
A `_mark` is a keyed hash of personal text: it tells that something changed
without opening it, and is not for search.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from dunwell.store.journal.guards import append_only, versioned
from dunwell.store.people.models import Branch, Lender, Party, Staff
from dunwell.store.runs.models import Run

CURRENT = Q(replaced=None)


@append_only
class Recording(models.Model):
    """One act that put facts on the book: an import, a payment entered, a reversal, a hold."""

    class Kind(models.TextChoices):
        IMPORT = "import", "导入"
        PAYMENT = "payment", "还款登记"
        REVERSAL = "reversal", "还款冲正"
        HOLD = "hold", "停催登记"
        CORRECTION = "correction", "更正"

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")


@versioned
class Fact(models.Model):
    """What every versioned fact carries; the database refuses any change but `replaced`."""

    entered = models.ForeignKey(
        Recording, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    replaced = models.ForeignKey(
        Recording, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


def _one_current(name: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=fields, condition=CURRENT, name=name)


def _past(name: str, field: str) -> models.Index:
    """The few replaced rows of one loan or borrower; current ones have their own index."""
    return models.Index(fields=[field], condition=Q(replaced__isnull=False), name=name)


class Borrower(models.Model):
    """A borrower number of a lender, and the party behind it."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    borrower_no = models.CharField(max_length=64)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="borrowers")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lender", "borrower_no"], name="borrower_no")
        ]


class BorrowerTerms(Fact):
    """What the lender says of a borrower; of name and ID number only their marks.

    The party keeps one name for all lenders; the marks keep apart what each said.
    """

    borrower = models.ForeignKey(
        Borrower, on_delete=models.PROTECT, related_name="terms", db_index=False
    )
    name_mark = models.BinaryField(max_length=16, null=True)
    id_no_mark = models.BinaryField(max_length=16, null=True)
    employer_mark = models.BinaryField(max_length=16, null=True)
    language = models.CharField(max_length=20, blank=True)
    employer_sealed = models.BinaryField(null=True)
    monthly_income_fen = models.BigIntegerField(null=True)
    payday = models.PositiveSmallIntegerField(null=True)
    flags = models.CharField(max_length=200, blank=True)
    contact_prefs = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [_one_current("borrower_terms_current", "borrower")]
        indexes = [_past("borrower_terms_past", "borrower")]


class PartyVersion(Fact):
    """A name or ID number a party had before it was corrected."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="versions")
    id_type = models.CharField(max_length=12, blank=True)
    name_sealed = models.BinaryField()
    id_no_sealed = models.BinaryField(null=True)


class Loan(models.Model):
    """A loan number of a lender."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="+", db_index=False)
    loan_no = models.CharField(max_length=64)
    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="loans")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "loan_no"], name="loan_no")]


class LoanTerms(Fact):
    """The contract's terms as the lender gives them. Rates are parts per million a year."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="terms", db_index=False)
    product = models.CharField(max_length=60, blank=True)
    branch = models.ForeignKey(
        Branch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    contract_no = models.CharField(max_length=64, blank=True)
    disbursed_on = models.DateField(null=True)
    disbursed_fen = models.BigIntegerField(null=True)
    principal_fen = models.BigIntegerField(null=True)
    annual_rate_ppm = models.IntegerField(null=True)
    penalty_rate_ppm = models.IntegerField(null=True)
    repay_method = models.CharField(max_length=40, blank=True)
    day_count_basis = models.CharField(max_length=20, blank=True)
    allocation_order = models.CharField(max_length=80, blank=True)
    """Components in order, joined by `>`; empty means the default of Civil Code 561."""
    cost_sheet_ref = models.CharField(max_length=64, blank=True)
    max_all_in_rate_ppm = models.IntegerField(null=True)

    class Meta:
        constraints = [_one_current("loan_terms_current", "loan")]
        indexes = [_past("loan_terms_past", "loan")]


class Installment(Fact):
    """One line of a loan's schedule."""

    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, related_name="installments", db_index=False
    )
    seq = models.IntegerField()
    due_date = models.DateField()
    principal_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField()
    fee_fen = models.BigIntegerField(default=0)
    penalty_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [_one_current("installment_current", "loan", "seq")]
        indexes = [_past("installment_past", "loan")]


class Payment(Fact):
    """Money received on a loan; a reversal is a further row that names what it undoes."""

    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, related_name="payments", db_index=False
    )
    payment_no = models.CharField(max_length=64)
    paid_on = models.DateField()
    amount_fen = models.BigIntegerField()
    channel = models.CharField(max_length=40, blank=True)
    reverses = models.CharField(max_length=64, blank=True)
    """payment_no of the payment this row undoes on its own paid_on; empty for money in."""

    class Meta:
        # Lender scope comes through the loan: a payment_no is unique within the lender,
        # held by the import and payment flows; within a loan the database holds it.
        constraints = [_one_current("payment_current", "loan", "payment_no")]
        indexes = [
            models.Index(fields=["payment_no"], condition=CURRENT, name="payment_by_no"),
            _past("payment_past", "loan"),
        ]


class Adjustment(Fact):
    """Accrual, charge, waiver, write-off or refund of one component."""

    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, related_name="adjustments", db_index=False
    )
    adjustment_no = models.CharField(max_length=64)
    seq = models.IntegerField(null=True)
    kind = models.CharField(max_length=12)
    component = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField()
    effective_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [_one_current("adjustment_current", "loan", "adjustment_no")]
        indexes = [
            models.Index(fields=["adjustment_no"], condition=CURRENT, name="adjustment_by_no"),
            _past("adjustment_past", "loan"),
        ]


class Hold(Fact):
    """Days [start_on, end_on) that do not count as delinquent; no end means open."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="holds", db_index=False)
    start_on = models.DateField()
    end_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [_one_current("hold_current", "loan", "start_on")]
        indexes = [_past("hold_past", "loan")]


class Contact(Fact):
    """A way to reach a borrower or someone bound with them, with its source and legal basis."""

    borrower = models.ForeignKey(
        Borrower, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    key_mark = models.BinaryField(max_length=16, null=True)
    """Which contact of the borrower this is: the number of record, or role, name and number."""
    role = models.CharField(max_length=16)
    name_sealed = models.BinaryField(null=True)
    relation = models.CharField(max_length=40, blank=True)
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    address_sealed = models.BinaryField(null=True)
    tier = models.CharField(max_length=12, blank=True)
    source = models.CharField(max_length=60)
    legal_basis = models.CharField(max_length=30, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [_one_current("contact_current", "borrower", "key_mark")]
        indexes = [
            models.Index(fields=["phone_index"], name="contact_phone", condition=CURRENT),
            _past("contact_past", "borrower"),
        ]


class Asset(Fact):
    """What a borrower is known to own, with the evidence for it."""

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="assets")
    kind = models.CharField(max_length=40)
    note = models.CharField(max_length=200, blank=True)
    value_fen = models.BigIntegerField(null=True)
    evidenced_on = models.DateField(null=True)
    evidence = models.CharField(max_length=200, blank=True)


class Reason(Fact):
    """Why a borrower is late, as said on a day."""

    borrower = models.ForeignKey(Borrower, on_delete=models.PROTECT, related_name="reasons")
    reason = models.CharField(max_length=40)
    noted_on = models.DateField()
    source = models.CharField(max_length=60, blank=True)


class TapeLine(Fact):
    """What the lender's overdue tape said of a loan, kept beside what we compute."""

    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, related_name="tape_lines", db_index=False
    )
    tape_on = models.DateField()
    lender_past_due_days = models.IntegerField(null=True)
    lender_overdue_fen = models.BigIntegerField(null=True)
    principal_left_fen = models.BigIntegerField(null=True)
    lender_stage = models.CharField(max_length=40, blank=True)
    payoff_fen = models.BigIntegerField(null=True)
    cure_fen = models.BigIntegerField(null=True)
    waived_fen = models.BigIntegerField(null=True)
    last_paid_on = models.DateField(null=True)
    last_paid_fen = models.BigIntegerField(null=True)
    max_past_due_days = models.IntegerField(null=True)
    loan_count = models.IntegerField(null=True)
    overdue_loan_count = models.IntegerField(null=True)
    overdue_terms = models.IntegerField(null=True)
    placed_on = models.DateField(null=True)
    due_back_on = models.DateField(null=True)
    prior_calls_7d = models.IntegerField(null=True)
    synthetic_due_on = models.DateField(null=True)
    """Due date of the one installment made from this line; null: the loan has its own schedule."""
    left_on = models.DateField(null=True)
    """The day of the first tape the loan was no longer on; null while it is."""

    class Meta:
        constraints = [_one_current("tape_line_current", "loan")]
        indexes = [_past("tape_line_past", "loan")]


class LoanAge(models.Model):
    """The result of ageing a loan for the last day run: stored, never a source."""

    loan = models.OneToOneField(
        Loan, primary_key=True, on_delete=models.PROTECT, related_name="age"
    )
    as_of = models.DateField()
    """The day of the run (or payment) that last changed this row."""
    days_past_due = models.IntegerField()
    delinquent_days = models.IntegerField()
    oldest_unpaid_due_date = models.DateField(null=True)
    delinquent_date = models.DateField(null=True)
    overdue_principal_fen = models.BigIntegerField()
    overdue_interest_fen = models.BigIntegerField()
    overdue_fee_fen = models.BigIntegerField()
    overdue_penalty_fen = models.BigIntegerField()
    overdue_fen = models.BigIntegerField()
    outstanding_fen = models.BigIntegerField()
    overpaid_fen = models.BigIntegerField(default=0)
    bucket = models.CharField(max_length=20)
    held = models.BooleanField()


class ColumnMap(models.Model):
    """A saved mapping of one lender's columns to ours."""

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="column_maps")
    name = models.CharField(max_length=80)
    layout = models.CharField(max_length=10)
    mapping: Any = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "name"], name="column_map_name")]


class Batch(models.Model):
    """One set of files handed over: what was in it, what was taken, what was refused."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "已上传"
        STAGED = "staged", "已检查"
        RUNNING = "running", "导入中"
        IMPORTED = "imported", "已导入"
        REFUSED = "refused", "已拒绝"
        ABANDONED = "abandoned", "中断"

    lender = models.ForeignKey(Lender, on_delete=models.PROTECT, related_name="batches")
    layout = models.CharField(max_length=10)
    status = models.CharField(max_length=10, choices=Status.choices)
    digest = models.CharField(max_length=64)
    """SHA-256 over the files' own digests, sorted: the same files are the same batch."""
    as_of = models.DateField(null=True)
    """The day the files speak of; the day of a tape."""
    options: Any = models.JSONField(default=dict)
    """How the files are to be read: column map, unknown columns left out."""
    files: Any = models.JSONField(default=list)
    counts: Any = models.JSONField(default=dict)
    quality: Any = models.JSONField(default=dict)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    recording = models.ForeignKey(Recording, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["lender", "digest"], name="batch_digest")]
