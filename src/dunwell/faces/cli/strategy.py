"""`dunwell strategy check|diff|preview`: is a strategy complete and gentle, and what would it do?

A strategy is a YAML file, or the name of a shipped one (`default`). `check` exits 1 when
the strategy has a fault and tells every one, with an example borrower where there is
one. Only `preview` needs the state: it runs the strategy over today's book and writes
nothing. What files hold: docs, strategy page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dunwell.core.decision_table import row_text
from dunwell.core.params import WrongValue
from dunwell.core.refusal import Refusal
from dunwell.core.strategy import (
    Change,
    Strategy,
    differences,
    faults_of_strategy,
    parse_strategy,
    read_strategy,
)
from dunwell.faces.cli.main import language, prepare_django
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words import say
from dunwell.store.policy.document_kinds import seed_text
from dunwell.store.policy.seeds import read_yaml

app = typer.Typer(no_args_is_help=True, help="催收策略 / strategies")

_File = Annotated[str, typer.Argument(help="文件，或随软件发布的名称 / a file, or a shipped name")]
_Json = Annotated[bool, typer.Option("--json", help="JSON")]


@app.callback()
def _strategy() -> None:
    """催收策略：谁用哪个方案、按什么步骤 / strategies: who gets which plan, in what steps."""


@app.command()
def check(file: _File, as_json: _Json = False) -> None:
    """检查策略：遗漏、重叠、走不完的方案、顺序 / gaps, overlaps, endless plans and order."""
    strategy, faults = _faults(file)
    rules = _rules(strategy) if strategy else 0
    plans = len(strategy.plans) if strategy else 0
    if as_json:
        told = [_told(fault) for fault in faults]
        answer({"file": file, "sound": not faults, "rules": rules, "plans": plans, "faults": told})
    elif not faults:
        tell("STRATEGY-SOUND", file=file, rules=rules, plans=plans)
    else:
        for fault in faults:
            typer.echo(f"{fault.code}: {_sentence(fault)}")
        tell("STRATEGY-FAULTS", file=file, count=len(faults))
    if faults:
        raise typer.Exit(1)


@app.command()
def diff(first: _File, second: _File, as_json: _Json = False) -> None:
    """两个策略的差别：规则、方案，以及会换方案的客户举例 / how two strategies differ."""
    old, new = (parse_strategy(_content(file), file=file) for file in (first, second))
    found = differences(old, new)
    if as_json:
        answer(
            {
                "first": first,
                "second": second,
                "rules": [{"rule": one.name, "change": one.kind} for one in found.rules],
                "plans": [{"plan": one.name, "change": one.kind} for one in found.plans],
                "moves": [
                    {"from": one.first, "to": one.second, "example": one.example}
                    for one in found.moves
                ],
            }
        )
        return
    if found.none:
        tell("STRATEGY-SAME")
    for one in found.rules:
        tell("STRATEGY-DIFF-RULE", path=one.name, change=_change(one))
    for one in found.plans:
        tell("STRATEGY-DIFF-PLAN", plan=one.name, change=_change(one))
    for move in found.moves:
        tell(
            "STRATEGY-DIFF-MOVE",
            first=_title(old, move.first),
            second=_title(new, move.second),
            example=row_text({name: move.example[name] for name in move.asked}),
        )


@app.command()
def preview(
    file: _File,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="还没有跑过批时的业务日 / the day, before the first run"),
    ] = None,
    lender: Annotated[
        str | None, typer.Option(help="机构代码，默认全部 / the lender's code, default all")
    ] = None,
    as_json: _Json = False,
) -> None:
    """在今天的账上试算：谁换方案、多少钱、多少工作 / try it on today's book; writes nothing."""
    prepare_django()
    from dunwell.faces.cli.strategy_of_state import (  # reason: start-up — needs the state
        preview_of_state,
    )

    found = preview_of_state(_text(file), file=file, as_of=as_of, lender=lender)
    if as_json:
        answer(found.body)
        return
    tell("STRATEGY-PREVIEW", **found.figures)
    for figures in found.moves:
        tell("STRATEGY-PREVIEW-MOVE", **figures)
    for work in found.work:
        action = say(f"STRATEGY-ACTION-{work['action']}", {}, language=language())
        tell("STRATEGY-PREVIEW-WORK", **{**work, "action": action})


def _faults(file: str) -> tuple[Strategy | None, list[Refusal]]:
    """The strategy where it can be read, and all that is wrong with it."""
    faults: list[Refusal] = []
    strategy = None
    try:
        strategy = read_strategy(_content(file), file=file)
        for fault in faults_of_strategy(strategy, file=file):
            faults.append(fault)
    except Refusal as refusal:
        faults.append(refusal)
    return strategy, faults


def _content(file: str) -> object:
    return read_yaml(_text(file), file=file)


def _text(file: str) -> str:
    path = Path(file)
    if path.is_file():
        try:
            return path.read_text("utf-8")
        except UnicodeDecodeError:
            raise WrongValue(file=file, path="file", value="", allowed="UTF-8") from None
    text = seed_text("strategy", file)
    if text is None:
        raise typer.BadParameter(say("STRATEGY-NO-FILE", {"file": file}, language=language()))
    return text


def _rules(strategy: Strategy) -> int:
    return len(strategy.rest.rules) + sum(len(one.table.rules) for one in strategy.stages)


def _told(fault: Refusal) -> dict[str, Any]:
    return {"code": fault.code, "figures": fault.figures, "sentence": _sentence(fault)}


def _sentence(fault: Refusal) -> str:
    return say(fault.code, fault.figures, language=language())


def _change(one: Change) -> str:
    return say(f"STRATEGY-CHANGE-{one.kind}", {}, language=language())


def _title(strategy: Strategy, plan: str) -> str:
    title = strategy.plans[plan].title
    return title.en if language().startswith("en") else title.zh
