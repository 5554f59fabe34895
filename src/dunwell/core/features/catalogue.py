"""The one list of features: name, kind, unit, choices, in a fixed order.

Cards, categories, quadrants and strategies name these and no other; the kernel's
columns and the answer of `dunwell features` follow this order. Each is told about one
borrower (a party with one lender) on one day. What each means is in the page on
features; titles are words. Never sex, age, education or marriage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dunwell.core.ageing import CURRENT, DEFAULT_BUCKETS

Kind = Literal["int", "choice", "flag"]

NO_REASON = "none"
OTHER_REASON = "OTHR"
REASONS: tuple[str, ...] = (
    "FTP",  # forgot 忘记
    "RODM",  # the debit failed 扣款失败
    "NAL",  # away 不在本地
    "INCD",  # income comes late 收入延迟
    "ECOH",  # hardship 经济困难
    "MULO",  # debts elsewhere 多头共债
    "BIZF",  # the business failed 经营失败
    "UNEM",  # lost the job 失业
    "DIS",  # illness 疾病
    "FAML",  # family 家庭变故
    "DISA",  # disaster 灾害
    "FRAD",  # was defrauded 诈骗受害
    "ARGU",  # disputes it 争议
    "BKR",  # bankrupt 破产
    "ARTD",  # detained 羁押
    "DEAD",  # died 身故
    OTHER_REASON,  # other; a code that is not in this list counts as this one
)
PROMISE_STATES: tuple[str, ...] = ("none", "open", "due", "kept", "part_kept", "broken")
REACHABILITY: tuple[str, ...] = ("unknown", "reachable", "half_lost", "lost")

FIRST_DEFAULT_DAYS = 8
"""A first installment this late is a first-payment default."""
LATE_DEPTHS: tuple[int, ...] = (1, 8, 31)
"""The depths of lateness by which late installments are counted."""
LAST_DUES = 3
"""So many newest installments that fell due make the paid share of the last dues."""
CONTACT_DAYS = 30
"""The days over which contacts are counted."""
REACH_DAYS = 90
"""Attempts and conversations older than this say nothing of how to reach somebody now."""
HALF_LOST_FAILURES = 5
LOST_FAILURES = 10
"""Attempts in a row that nobody answered: judged, not learned."""
ATTEMPT_CHANNELS: tuple[str, ...] = ("call", "ai_voice", "visit")
"""Channels where somebody may answer; a message or a letter is no attempt."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature. `least` and `most` bound an int, both inside; `always_known`: never None."""

    name: str
    kind: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    always_known: bool = True


def _count(name: str, unit: str, *, known: bool = True) -> Feature:
    return Feature(name, "int", unit, least=0, always_known=known)


def _share(name: str, *, known: bool = True) -> Feature:
    return Feature(name, "int", "ppm", least=0, most=1_000_000, always_known=known)


FEATURES: tuple[Feature, ...] = (
    _count("days_past_due", "days"),
    _count("delinquent_days", "days"),
    Feature("bucket", "choice", choices=(CURRENT, *(b.name for b in DEFAULT_BUCKETS.ranges))),
    Feature("held", "flag"),
    _count("overdue_fen", "fen"),
    _count("outstanding_fen", "fen"),
    _share("overdue_share_ppm"),
    _count("loans_total", "loans"),
    _count("loans_overdue", "loans"),
    _count("max_past_due_days_6m", "days"),
    _count("max_past_due_days_12m", "days"),
    _count("max_past_due_days_24m", "days"),
    _count("late_times_1d_12m", "installments"),
    _count("late_times_8d_12m", "installments"),
    _count("late_times_31d_12m", "installments"),
    Feature("first_payment_default", "flag"),
    _count("part_payments_12m", "payments"),
    _count("days_since_payment", "days", known=False),
    _share("paid_share_last_3_dues_ppm", known=False),
    _count("loan_age_days", "days", known=False),
    _count("installments_due", "installments"),
    _count("promises_kept_12m", "promises"),
    _count("promises_broken_12m", "promises"),
    Feature("promise_state", "choice", choices=PROMISE_STATES),
    Feature("promise_due_in_days", "int", "days", always_known=False),
    _count("attempts_30d", "contacts"),
    _count("answered_30d", "contacts"),
    _count("conversations_30d", "contacts"),
    _count("failed_in_row", "contacts"),
    _count("days_since_conversation", "days", known=False),
    Feature("reachability", "choice", choices=REACHABILITY),
    _count("asset_value_fen", "fen", known=False),
    _count("assets", "assets"),
    _count("monthly_income_fen", "fen", known=False),
    Feature("reason", "choice", choices=(NO_REASON, *REASONS)),
    _count("days_since_reason", "days", known=False),
)
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
FEATURE_OF: Mapping[str, Feature] = {feature.name: feature for feature in FEATURES}
