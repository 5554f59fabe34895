"""`dunwell decision show|recompute`: what was decided for a case and why, and whether it holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.decision import DECIDED
from dunwell.core.refusal import Refusal
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words import say
from dunwell.flows.house.refusals import NoSuchPlace
from dunwell.flows.prepare.recompute_decision import Recomputed, recompute_decision
from dunwell.flows.prepare.show_decision import DecisionShown, Words, show_decision
from dunwell.store.cases.lists import Scope
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="每案的决定 / what was decided for a case")
CaseNumber = Annotated[int, typer.Argument(help="案件号 / number of the case")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / code of the lender")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]
KnownAt = Annotated[
    str | None, typer.Option("--known-at", help="按某一时刻所知 / as known at a moment, ISO 8601")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


class UnreadableKnownAt(Refusal):
    """A moment that is not ISO 8601. Figures: value."""

    code = "DECISION-UNREADABLE-MOMENT"


@app.callback()
def _decision() -> None:
    """决定：等级、分类、策略、步骤和理由 / grade, category, plan, step, and why."""


@app.command()
def show(
    case: CaseNumber,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    lender: LenderCode = "default",
    as_json: AsJson = False,
) -> None:
    """看某天对一案的决定和理由 / what counted for a case on a day, and why."""
    found = show_decision(
        actor=system_actor("command-line"),
        scope=_scope(lender),
        case=case,
        day=day_told(as_of),
        known_at=_moment(known_at),
    )
    if as_json:
        answer(_shown_as_json(found))
        return
    _tell(found)


@app.command()
def recompute(
    case: CaseNumber,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    lender: LenderCode = "default",
    as_json: AsJson = False,
) -> None:
    """按当时所知重算一案的决定，与所存比对 / decide a past day again, compare with what is stored.

    退出码 1：不一致 / exit code 1: they differ.
    """
    found = recompute_decision(
        actor=system_actor("command-line"),
        scope=_scope(lender),
        case=case,
        day=day_told(as_of),
        known_at=_moment(known_at),
    )
    if as_json:
        answer(_recomputed_as_json(found))
    else:
        tell(
            "DECISION-SAME" if found.equal else "DECISION-DIFFERS",
            case=case,
            day=found.act.day,
            entered_on=found.stored.day,
            figures=len(DECIDED),
            names=found.different,
        )
    if not found.equal:
        raise typer.Exit(1)


def _scope(code: str) -> Scope:
    found = Lender.objects.filter(code=code).first()
    if found is None:
        raise NoSuchPlace(lender=code, team=None)
    return Scope(found.pk)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableKnownAt(value=text) from None
    return timezone.make_aware(moment) if moment.tzinfo is None else moment.astimezone(UTC)


def _tell(found: DecisionShown) -> None:
    row = found.row
    tell("DECISION-HEAD", case=row.case_id, day=row.day, policy=row.policy[:12])
    tell(
        "DECISION-GRADE",
        grade=row.grade,
        derived=row.derived_grade,
        score=row.score,
        percent=f"{row.probability_ppm / 10_000:.1f}",
    )
    if found.judged:
        tell("DECISION-JUDGED")
    for reason in found.reasons:
        tell("DECISION-REASON", title=_said(reason.title), lost=reason.lost, why=_said(reason.why))
    tell("DECISION-ABILITY", ability=_said(found.ability), willingness=_said(found.willingness))
    for code, title, why in (
        ("DECISION-CATEGORY", found.category, found.category_why),
        ("DECISION-FIVE-CLASS", found.five_class, found.five_class_why),
    ):
        tell(code, title=_said(title), why=_said(why))
    if row.experiment:
        share = f"{(row.arm_probability_ppm or 0) / 10_000:.1f}"
        tell("DECISION-ARM", experiment=row.experiment, arm=row.arm, percent=share)
    tell("DECISION-PLAN", title=_said(found.plan), why=_said(found.plan_why))
    if row.plan != row.derived_plan:
        tell("DECISION-PLAN-DERIVED", title=_said(found.derived_plan))
    tell(
        "DECISION-STEP",
        step=row.step,
        steps=found.steps,
        action=say(f"STRATEGY-ACTION-{row.action}", {}, language=language()),
        since_on=row.since_on,
        due_on=row.due_on or "–",
    )
    for said in found.overrules:
        tell("DECISION-OVERRULED", what=said.what, value=said.value, until_on=said.until_on)


def _said(words: Words) -> str:
    return words.en if language().startswith("en") else words.zh


def _shown_as_json(found: DecisionShown) -> dict[str, Any]:
    row = found.row
    return {
        "case": row.case_id,
        "day": row.day,
        "policy": row.policy,
        "decided_at": row.entered.at,
        "decided_by": row.entered.why,
        **{name: getattr(row, name) for name in DECIDED if name != "reasons_json"},
        "judged": found.judged,
        "reasons": [
            {
                "feature": each.feature, "lost": each.lost, "fact": each.fact,
                "why": each.why.zh, "why_en": each.why.en,
            }
            for each in found.reasons
        ],
        "words": {
            name: {"zh": words.zh, "en": words.en}
            for name in (
                "ability", "willingness", "category", "category_why", "five_class",
                "five_class_why", "plan", "derived_plan", "plan_why",
            )
            for words in (getattr(found, name),)
        },
        "overrules": [
            {
                "overrule": each.pk, "what": each.what, "value": each.value,
                "from_on": each.from_on, "until_on": each.until_on, "by": each.by.username,
            }
            for each in found.overrules
        ],
        "facts": found.facts,
    }  # fmt: skip


def _recomputed_as_json(found: Recomputed) -> dict[str, Any]:
    return {
        "case": found.stored.case_id,
        "day": found.act.day,
        "known_at": found.act.at,
        "decided_by": found.act.why,
        "stored_on": found.stored.day,
        "equal": found.equal,
        "different": list(found.different),
        "decided": {name: getattr(found.decided, name) for name in DECIDED},
        "stored": {name: getattr(found.stored, name) for name in DECIDED},
        "facts": json.loads(found.inputs_json),
    }
