"""`dunwell wording`: may this be said, and how well does the checker know?

`check` reads one text and marks what may not be said in it, with a gentler wording;
`evaluate` runs the checker over labelled sentences. Neither needs state. Both exit 0
whatever they find: an answered question is no failure. Facts that are not given have
not happened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dunwell.core.wording import Audience, CaseState, Finding, Outcome, Score, score_classes
from dunwell.faces.cli.main import language
from dunwell.faces.cli.reading import read_words
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words import say
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.wording_set import SPLITS, Labelled, read_wording_set

app = typer.Typer(help="违规用语 / forbidden wording", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="JSON")]


@app.command()
def check(
    text: Annotated[
        str | None, typer.Argument(help="要检查的话，- 为标准输入 / the text, - for stdin")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="文本文件 / a text file")
    ] = None,
    audience: Annotated[
        Audience, typer.Option(help="给谁看：本人、联系人、催记 / who reads it")
    ] = "borrower",
    legal_state: Annotated[
        str | None, typer.Option(help="案件的法律状态，如 suit_filed / the case's legal state")
    ] = None,
    credit_state: Annotated[
        str | None, typer.Option(help="征信：reports、noticed、reported / negative reporting")
    ] = None,
    time_barred: Annotated[
        bool, typer.Option("--time-barred", help="诉讼时效已过 / the debt is time-barred")
    ] = False,
    as_json: _Json = False,
) -> None:
    """检查一段话有没有不能说的 / mark what may not be said in a text."""
    given = _given(text, file)
    facts = CaseState(legal_state=legal_state, credit_state=credit_state, time_barred=time_barred)
    findings = wording_checker()(given, facts=facts, audience=audience)
    if as_json:
        answer({"findings": [_data(one, given) for one in findings]})
        return
    for one in findings:
        tell(
            "WORDING-FOUND",
            title=_title(one.class_),
            rule=one.rule,
            start=one.start,
            end=one.end,
            found=given[one.start : one.end],
            instead=one.instead,
        )
    if not findings:
        tell("WORDING-CLEAN")


@app.command()
def evaluate(
    folder: Annotated[
        Path, typer.Option("--set", help="标注句子的目录 / folder of the labelled sentences")
    ] = Path("tests/wording_set"),
    as_json: _Json = False,
) -> None:
    """用标注过的句子检验：查准率与查全率 / precision and recall on labelled sentences."""
    labelled = read_wording_set(folder)
    parts = [(split, [one for one in labelled if one.split == split]) for split in SPLITS]
    scores = {split: _scores(inside) for split, inside in parts if inside}
    if as_json:
        answer({split: [_row(score) for score in inside] for split, inside in scores.items()})
        return
    for split, inside in scores.items():
        sentences = sum(one.split == split for one in labelled)
        bad = sum(bool(one.marked) for one in labelled if one.split == split)
        tell("WORDING-SPLIT", split=split, sentences=sentences, bad=bad, fine=sentences - bad)
        for score in inside:
            print(_line(score))


def _given(text: str | None, file: Path | None) -> str:
    if (text is None) == (file is None):
        raise typer.BadParameter(say("WORDING-ONE-TEXT", {}, language=language()))
    if file is not None:
        return read_words(str(file))
    return read_words("-") if text == "-" else str(text)


def _scores(labelled: list[Labelled]) -> list[Score]:
    checker = wording_checker()
    outcomes = (
        Outcome(
            marked=one.marked,
            accepted=one.accepted,
            found=frozenset(
                finding.class_
                for finding in checker(one.text, facts=one.facts, audience=one.audience)
            ),
        )
        for one in labelled
    )
    return score_classes(outcomes, classes=list(checker.lexicon.classes))


def _data(one: Finding, given: str) -> dict[str, object]:
    return {
        "class": one.class_,
        "entry": one.entry,
        "rule": one.rule,
        "severity": one.severity,
        "start": one.start,
        "end": one.end,
        "found": given[one.start : one.end],
        "disguised": one.disguised,
        "instead": one.instead,
    }


def _title(class_: str) -> str:
    record = wording_checker().lexicon.classes.get(class_)
    if record is None:
        return class_
    return record.title_en if language().startswith("en") else record.title


def _row(score: Score) -> dict[str, object]:
    return {
        "name": score.name,
        "right": score.right,
        "wrong": score.wrong,
        "missed": score.missed,
        "precision": round(score.precision, 4),
        "precision_interval": [round(end, 4) for end in score.precision_interval],
        "recall": round(score.recall, 4),
        "recall_interval": [round(end, 4) for end in score.recall_interval],
    }


def _line(score: Score) -> str:
    counts = f"  {score.name:<18}{score.right:>6}{score.wrong:>6}{score.missed:>6}"
    shares = (
        (score.precision, *score.precision_interval),
        (score.recall, *score.recall_interval),
    )
    return "   ".join(
        [counts, *(f"{one:.3f} [{low:.3f}, {high:.3f}]" for one, low, high in shares)]
    )
