"""`dunwell work`: the day's work shared, the worklists, and whose hands a case is in.

Speaks of cases by number and of colleagues by work name; nothing personal is printed.
`dunwell work capacity` is in work_capacity.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from django.conf import settings
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.cli.work_capacity import app as capacity_app
from dunwell.faces.cli.work_capacity import lender_named, staff_named
from dunwell.faces.words import say
from dunwell.faces.words.work_prices import price_sentences
from dunwell.flows.contact.work_messages import queue_work_messages
from dunwell.flows.prepare.assign_work import Assigned, assign_work
from dunwell.flows.prepare.case_hands import hold_case, move_case, recall_case
from dunwell.flows.prepare.worklists import worklist
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import system_actor
from dunwell.store.work.models import WorkItem
from dunwell.wiring import gateway_of

app = typer.Typer(no_args_is_help=True, help="工作清单 / worklists")
app.add_typer(capacity_app, name="capacity")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / code of the lender")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]
CaseNo = Annotated[int, typer.Argument(help="案件号 / number of the case")]
Why = Annotated[str, typer.Option(help="理由，记入日志 / the reason, kept in the journal")]


@app.callback()
def _work() -> None:
    """工作清单：按增益分配，一案一手 / by gain of acting, one case in one hand."""


@app.command()
def assign(
    lender: LenderCode = "default",
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看不写 / only tell")] = False,
    ahead: Annotated[
        bool, typer.Option("--ahead", help="可以是将来的日子 / the day may be one to come")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """分配当天的工作 / share the work of the day."""
    told = assign_work(
        actor=system_actor("command-line"),
        lender=lender_named(lender),
        day=day_told(as_of),
        now=timezone.now(),
        preview=dry_run,
        ahead=ahead,
    )
    names = _names(told)
    if as_json:
        answer(_as_json(told, names))
    else:
        _tell(told, names)


@app.command()
def today(
    staff: Annotated[str | None, typer.Option(help="工作名，默认所有人 / work name")] = None,
    limit: Annotated[int, typer.Option(help="最多几件 / at most", min=1)] = 50,
    lender: LenderCode = "default",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """看当天的清单，增益高的在前 / the worklists of the day, the greatest gain first."""
    day = day_told(as_of)
    found = worklist(
        actor=system_actor("command-line"),
        lender=lender_named(lender),
        day=day,
        staff=staff_named(staff) if staff else None,
    )
    if as_json:
        answer([_item_json(item) for item in found.items[:limit]])
        return
    if not found.items:
        tell("WORK-NO-ITEMS", day=day)
        return
    tell(
        "WORK-TODAY",
        day=day,
        count=len(found.items),
        minutes=sum(item.minutes for item in found.items),
        value=format_yuan(sum(item.gain_fen for item in found.items)),
    )
    for item in found.items[:limit]:
        tell(
            "WORK-ITEM",
            case=item.case_id,
            action=_word(f"WORK-ACT-{item.action}"),
            place=item.place,
            minutes=item.minutes,
            gain=format_yuan(item.gain_fen),
            why=_word(f"WORK-WHY-{item.why}"),
            state=_word(f"WORK-STATE-{item.state}"),
            name=item.staff.username if item.staff else "",
        )


@app.command()
def move(
    case: CaseNo,
    to: Annotated[str, typer.Option(help="调给谁（工作名） / to whom, work name")],
    why: Why,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """调案：连同今天的待办 / give a case to somebody else, with today's item."""
    made = move_case(**_said(as_of, why), case=case, staff=staff_named(to).pk).hand_over
    if as_json:
        answer({"case": case, "hand_over": made.pk, "to": to})
    else:
        tell("WORK-MOVED", case=case, name=to, number=made.pk)


@app.command()
def hold(
    case: CaseNo,
    until: Annotated[str, typer.Option(help="至（不含） / until, not included")],
    why: Why,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """留案：继续由现经办人办理 / keep a case with its holder."""
    made = hold_case(**_said(as_of, why), case=case, until_on=parse_day(until))
    if as_json:
        answer({"case": case, "retention": made.pk, "until_on": made.until_on})
    else:
        tell("WORK-RETAINED", case=case, name=made.staff.username, until_on=made.until_on)


@app.command()
def recall(case: CaseNo, why: Why, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """收回：案件不在任何人手上 / take a case back from its holder."""
    made = recall_case(**_said(as_of, why), case=case).hand_over
    if as_json:
        answer({"case": case, "hand_over": made.pk})
    else:
        tell("WORK-RECALLED", case=case, number=made.pk)


@app.command()
def send(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """排入当天由系统发的提醒和短信 / queue the reminders and messages the day asks for."""
    day = day_told(as_of)
    done = queue_work_messages(
        actor=system_actor("command-line"),
        day=day,
        now=timezone.now(),
        gateway_of=lambda lender: gateway_of(lender=lender, home=settings.HOME),
    )
    if as_json:
        answer({"day": day, "queued": done.queued, "stood": done.stood, "left": dict(done.left)})
        return
    tell("WORK-SENT", day=day, queued=done.queued, stood=done.stood)
    for code, count in sorted(done.left.items()):
        tell("WORK-NOT-SENT", code=code, count=count)


def _said(as_of: str | None, why: str) -> dict[str, Any]:
    return {
        "actor": system_actor("command-line"),
        "day": day_told(as_of),
        "now": timezone.now(),
        "why": why,
    }


def _word(code: str) -> str:
    return say(code, {}, language=language())


def _names(told: Assigned) -> dict[int, str]:
    staff = [person.staff for person in told.people]
    return dict(Staff.objects.filter(pk__in=staff).values_list("pk", "username"))


def _acts(counts: dict[str, int]) -> list[str]:
    return [f"{_word(f'WORK-ACT-{name}')} {count}" for name, count in counts.items()]


def _tell(told: Assigned, names: dict[int, str]) -> None:
    shown = {
        "day": told.day,
        "due": told.counts["due"],
        "acts": _acts(told.acts) or "–",
        "value": format_yuan(told.value_fen),
        "share": _percent(told.value_fen, told.bound_fen),
    }
    tell("WORK-PREVIEW" if told.preview else "WORK-ASSIGNED", **shown)
    counts = ("new", "changed", "gone", "unchanged", "hand_overs")
    tell("WORK-CHANGES", **{name: told.counts[name] for name in counts})
    for person in told.people:
        tell(
            "WORK-PERSON",
            name=names[person.staff],
            value=format_yuan(person.gain_fen),
            before=person.before,
            after=person.after,
            minutes=person.minutes,
            gained=person.gained,
            lost=person.lost,
        )
    for skill, spread in told.spread.items():
        after = spread["after"]
        if not after["most_count"]:
            continue
        tell(
            "WORK-SPREAD",
            skill=_word(f"WORK-ACT-{skill}"),
            hands=after["hands"],
            least=after["least_count"],
            most=after["most_count"],
            before=_ratio(spread["before"]),
            after=_ratio(after),
        )
    for sentence in price_sentences(told.limits, language=language()):
        print(f"  {sentence}")
    if told.waiting:
        tell("WORK-WAITING", acts=_acts(told.waiting))
    for code in ("undecided", "blocked", "without_hand"):
        if told.counts[code]:
            tell(f"WORK-{code.upper().replace('_', '-')}", count=told.counts[code])
    if any(told.left_out.values()):
        tell("WORK-LEFT-OUT", **told.left_out)


def _percent(value: int, bound: int) -> str:
    return f"{value * 10_000 // bound / 100:.2f} %" if bound else "–"


def _ratio(spread: dict[str, int]) -> str:
    milli = spread["value_ratio_milli"]
    return f"{milli / 1000:.2f}" if milli else "–"


def _as_json(told: Assigned, names: dict[int, str]) -> dict[str, Any]:
    return {
        **asdict(told),
        "limits": {
            name: {"room": room, "used": used, "price_fen": price}
            for name, (room, used, price) in told.limits.items()
        },
        "people": [{**asdict(person), "staff": names[person.staff]} for person in told.people],
        "prices": price_sentences(told.limits, language=language()),
    }


def _item_json(item: WorkItem) -> dict[str, Any]:
    return {
        "case": item.case_id,
        "staff": item.staff.username if item.staff else None,
        "action": item.action,
        "place": item.place,
        "minutes": item.minutes,
        "gain_fen": item.gain_fen,
        "why": item.why,
        "state": item.state,
    }
