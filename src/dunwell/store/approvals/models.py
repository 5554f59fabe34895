"""Approvals: a request of one person, and the one answer to it by another; both stay for ever.

What is asked is in `wanted` as the flow that asks wrote it (codes and figures, nothing
personal); the flow that acts on an approval reads it from there. The kind says which flow.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from dunwell.store.cases.models import Case
from dunwell.store.journal.guards import append_only
from dunwell.store.people.models import Staff


@append_only
class ApprovalRequest(models.Model):
    """Somebody asks for what they may not decide alone."""

    class Kind(models.TextChoices):
        RELIEF = "relief", "减免"
        PLAN = "plan", "分期"
        EXTENSION = "extension", "展期"
        CEASE = "cease", "停催"
        RETAIN = "retain", "留案"
        VISIT = "visit", "外访"
        CONTACT = "contact", "联系第三人"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="requests", db_index=False
    )
    role = models.CharField(max_length=20)
    """Who may answer (a role of the house)."""
    wanted: Any = models.JSONField()
    worth_fen = models.BigIntegerField(default=0)
    """What it costs the lender at most, or brings: shown to whoever decides."""
    why = models.CharField(max_length=400)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    needed_by = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "-id"], name="approval_case"),
            models.Index(fields=["kind", "-id"], name="approval_kind"),
        ]


@append_only
class ApprovalAnswer(models.Model):
    """The one answer to a request, by another person."""

    class Verdict(models.TextChoices):
        APPROVED = "approved", "同意"
        DECLINED = "declined", "不同意"
        WITHDRAWN = "withdrawn", "撤回"

    request = models.OneToOneField(
        ApprovalRequest, primary_key=True, on_delete=models.PROTECT, related_name="answer"
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=400)
    figures: Any = models.JSONField(default=dict)
    """What was true when it was decided: policy, value, precedents."""
