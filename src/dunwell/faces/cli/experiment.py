"""`dunwell experiment plan|list|results|stop`: what a test can show, what it shows, ending it.

A plan is a YAML file (docs, experiments page); it is proposed and approved on the strategy
pages, by two persons. Results are read from the decisions that were kept; nothing personal is
printed.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.experiment import ArmCounts
from dunwell.core.money import format_yuan
from dunwell.core.params import WrongValue
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.cli.work_capacity import lender_named
from dunwell.faces.words import say
from dunwell.faces.words.experiments import arm_words, verdict_sentence
from dunwell.flows.improve.experiment_plan import plan_experiment
from dunwell.flows.improve.experiments import (
    ExperimentShown,
    Results,
    experiment_named,
    experiment_results,
    experiments,
    stop_experiment,
)
from dunwell.store.people.permissions import system_actor
from dunwell.store.policy.document_kinds import parse_document

app = typer.Typer(no_args_is_help=True, help="实验 / experiments")

_Name = Annotated[str, typer.Argument(help="实验的编号（id）/ the id of the experiment")]
_Json = Annotated[bool, typer.Option("--json", help="JSON")]
_AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]
_Lender = Annotated[
    str | None, typer.Option("--lender", help="机构代码，默认全部 / the lender's code, default all")
]
PPM_PER_POINT = 10_000


@app.callback()
def _experiment() -> None:
    """实验：随机分组，先算看得出什么，再看结果 / random arms, power first, then results."""


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="实验的 YAML 文件 / the YAML file")],
    lender: _Lender = None,
    as_of: _AsOf = None,
    as_json: _Json = False,
) -> None:
    """开始之前：有多少人、最小能看出多大差别 / before a start: how many, what can be seen."""
    text = _text(file)
    found = plan_experiment(
        actor=system_actor("command-line"),
        day=day_told(as_of),
        text=text,
        lender=None if lender is None else lender_named(lender).pk,
    )
    if as_json:
        answer(found.as_json())
        return
    tell(
        "EXPERIMENT-PLAN-HEAD", id=found.id, day=found.day, today=found.today,
        new=found.new_per_28_days, total=found.total, days=found.days,
    )  # fmt: skip
    for arm in found.arms:
        share = f"{arm.share_ppm / PPM_PER_POINT:g}"
        tell("EXPERIMENT-PLAN-ARM", arm=_words(arm.arm), share=share, borrowers=arm.borrowers)
    for seen in found.visible:
        figures = {
            "arm": _words(seen.arm),
            "against": _words(seen.against),
            "needed": seen.needed,
        }
        if seen.smallest_ppm is None:
            tell("EXPERIMENT-PLAN-UNSEEN", **figures)
        else:
            tell("EXPERIMENT-PLAN-SEEN", points=_points(seen.smallest_ppm), **figures)
    if not found.realistic:
        tell("EXPERIMENT-PLAN-BLIND")


def _text(file: Path) -> str:
    """The text of a plan, read once to name the caller's own file where it is wrong."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise WrongValue(file=file.name, path="file", value="", allowed="YAML (UTF-8)") from None
    parse_document("experiment", text, file=file.name)
    return text


@app.command("list")
def listed(as_of: _AsOf = None, lender: _Lender = None, as_json: _Json = False) -> None:
    """提出过的实验，新的在前 / the experiments there were, the newest first."""
    found = experiments(
        actor=system_actor("command-line"),
        day=day_told(as_of),
        lender=None if lender is None else lender_named(lender).pk,
    )
    if as_json:
        answer([_told(each) for each in found])
    elif not found:
        tell("EXPERIMENT-NONE")
    else:
        for each in found:
            told = _told(each)
            title = each.experiment.title_en if _english() else each.experiment.title
            tell("EXPERIMENT-LISTED", **{**told, "state": _state(each), "title": title})


@app.command()
def results(
    name: _Name, as_of: _AsOf = None, lender: _Lender = None, as_json: _Json = False
) -> None:
    """截至某日的结果：金额与伤害并列 / what it shows as of a day, harm beside money."""
    actor, day = system_actor("command-line"), day_told(as_of)
    found = experiment_results(
        actor=actor,
        day=day,
        shown=experiment_named(actor=actor, day=day, name=name),
        as_of=day,
        lender=None if lender is None else lender_named(lender).pk,
    )
    if as_json:
        answer(_results(found))
        return
    tell("EXPERIMENT-RESULTS-HEAD", id=name, as_of=found.as_of, state=_state(found.shown))
    for arm in found.arms:
        tell("EXPERIMENT-RESULTS-ARM", **_arm(arm))
    for each in found.compared:
        typer.echo(verdict_sentence(each, language=language()))


@app.command()
def stop(
    name: _Name,
    why: Annotated[str, typer.Option(help="理由，记入日志 / the reason, kept in the journal")],
    as_json: _Json = False,
) -> None:
    """立即停止一个实验，写明理由 / end an experiment at once, with a reason."""
    actor, now = system_actor("command-line"), timezone.now()
    shown = experiment_named(actor=actor, day=timezone.localdate(now), name=name)
    stopped = stop_experiment(actor=actor, now=now, document=shown.row.pk, why=why)
    if as_json:
        answer({"id": name, "from_on": stopped.from_on.isoformat()})
    else:
        tell("EXPERIMENT-STOPPED", id=name, from_on=stopped.from_on)


def _arm(arm: ArmCounts) -> dict[str, Any]:
    share = arm.recovered_ppm
    return {
        "arm": _words(arm.arm),
        "assigned": arm.assigned,
        "ripe": arm.ripe,
        "successes": arm.successes,
        "rate": "—" if arm.rate is None else f"{arm.rate:.1%}",
        "recovered": format_yuan(arm.recovered_fen),
        "share": "—" if share is None else f"{share / PPM_PER_POINT:.1f}%",
        "complaints": arm.complaints,
        "refusals": arm.refusals,
    }


def _results(found: Results) -> dict[str, Any]:
    return {
        **_told(found.shown),
        "as_of": found.as_of.isoformat(),
        "arms": [
            {**asdict(arm), "rate": arm.rate, "interval": arm.interval,
             "recovered_ppm": arm.recovered_ppm}
            for arm in found.arms
        ],
        "compared": [
            {
                **asdict(each.comparison),
                "verdict": each.verdict,
                "sentence": verdict_sentence(each, language=language()),
                "looks": [{**asdict(look), "on": look.on.isoformat()} for look in each.looks],
                "next_look_on": each.next_look_on and each.next_look_on.isoformat(),
            }
            for each in found.compared
        ],
    }  # fmt: skip


def _told(shown: ExperimentShown) -> dict[str, Any]:
    return {
        "id": shown.experiment.id,
        "state": shown.state,
        "from_on": shown.from_on.isoformat(),
        "until_on": shown.until_on.isoformat(),
        "number": shown.row.pk,
        "why_stopped": shown.stop.why if shown.stop else None,
    }


def _words(arm: str) -> str:
    return arm_words(arm, language=language())


def _state(shown: ExperimentShown) -> str:
    return say(f"EXPERIMENT-STATE-{shown.state}", {}, language=language())


def _points(ppm: int) -> str:
    return f"{ppm / PPM_PER_POINT:.1f}"


def _english() -> bool:
    return language().startswith("en")
