"""`dunwell grade`: score a feature file, learn a model from one, judge a model out of fold.

Files are CSV or Parquet by their ending: one row per borrower, numbers, null is unknown.
`score` and `train` write files, `evaluate` only answers; `replace` alone needs the state.
Reads the clock for one thing: from which day a learned card says it is. Exit 0 done, 1 bad
data, 2 wrong usage.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from dunwell.bulk.grading.evaluating import evaluate_file
from dunwell.bulk.grading.recipes import ModelKind
from dunwell.bulk.grading.scoring import score_file
from dunwell.bulk.grading.training import Trained, train_file
from dunwell.core.days import parse_day
from dunwell.faces.cli.age import SCREEN_ZONE
from dunwell.faces.cli.main import language, prepare_django
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words import say

app = typer.Typer(help="评分与分级 / risk grades", no_args_is_help=True)

_Features = Annotated[
    Path,
    typer.Option(exists=True, dir_okay=False, help="特征文件 .csv | .parquet / feature file"),
]
_Target = Annotated[str, typer.Option(help="目标列，1 为坏、0 为好 / the target, 1 bad, 0 good")]
_Json = Annotated[bool, typer.Option("--json", help="JSON")]


@app.command()
def score(
    features: _Features,
    card: Annotated[
        Path,
        typer.Option(exists=True, help="评分卡 .yaml，或训练所得的目录 / card, or trained folder"),
    ],
    out: Annotated[Path, typer.Option(help="答案文件 .csv | .parquet / answer file")],
    as_json: _Json = False,
) -> None:
    """给特征文件的每位客户评分、分级，并给出三条理由 / score, grade and three reasons."""
    _folder_of(out)
    scored = score_file(features=features, model=card, out=out)
    if as_json:
        answer({"rows": scored.rows, "grades": scored.grades, "judged": scored.judged})
        return
    tell("GRADE-SCORED", rows=f"{scored.rows:,}", out=out.name, **scored.grades)
    if scored.judged:
        tell("GRADE-JUDGED")


@app.command()
def train(
    features: _Features,
    target: _Target,
    out: Annotated[Path, typer.Option(file_okay=False, help="模型目录 / the model's folder")],
    model: Annotated[
        ModelKind, typer.Option(help="模型：评分卡，或单调 LightGBM / points card or trees")
    ] = "card",
    monotone: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="方向文件：列 → 1、-1、0（1 表示越大越坏）/ directions, JSON or YAML",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="随机种子 / seed")] = 1,
    from_day: Annotated[
        str | None, typer.Option("--from", help="生效日，默认今天 / in force from, default today")
    ] = None,
    as_json: _Json = False,
) -> None:
    """用特征文件训练模型，写入目录 / learn a model from a feature file."""
    trained = train_file(
        features=features,
        target=target,
        out=out,
        model=model,
        monotone=monotone,
        seed=seed,
        from_on=_day(from_day),
    )
    if as_json:
        answer(_told(trained))
        return
    tell(
        "GRADE-TRAINED",
        model=model,
        rows=f"{trained.rows:,}",
        bad=f"{trained.bad:,}",
        columns=len(trained.used),
        out=out.name,
    )
    for one in trained.left_out:
        tell("GRADE-LEFT-OUT", column=one.column, why=_why(one.why))


@app.command()
def evaluate(
    features: _Features,
    target: _Target,
    model: Annotated[
        Path,
        typer.Option(exists=True, help="训练所得的目录，或评分卡 .yaml / trained folder, or card"),
    ],
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=2**31 - 1, help="分折种子，默认用配方的 / seed of the folds"),
    ] = None,
    as_json: _Json = False,
) -> None:
    """按配方在五折上重新训练，折外评价 / refit the recipe on five folds, judge out of fold."""
    evaluated = evaluate_file(features=features, target=target, model=model, seed=seed)
    figures = evaluated.figures.figures()
    if as_json:
        answer(figures)
        return
    tell("GRADE-EVALUATED", rows=f"{evaluated.rows:,}", bad=f"{evaluated.bad:,}")
    for name, value in figures.items():
        shown = f"{value:>12,}" if isinstance(value, int) else f"{value:>12.4f}"
        meaning = say(f"GRADE-FIGURE-{name}", {}, language=language())
        print(f"  {name:<22}{shown}  {meaning}")


@app.command()
def replace(
    features: _Features,
    target: _Target,
    model: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="训练所得的目录 / trained folder")
    ],
    lender: Annotated[str, typer.Option(help="机构代码 / the lender's code")],
    by: Annotated[str, typer.Option(help="提议人的用户名 / who proposes, by work name")],
    from_day: Annotated[str, typer.Option("--from", help="生效日 / counts from this day")],
    why: Annotated[str, typer.Option(help="理由 / the reason")],
    as_json: _Json = False,
) -> None:
    """用学习所得的卡替换在用的卡：须胜出，并由第二人批准 / replace the card in force."""
    prepare_django()
    from dunwell.faces.cli.grade_of_state import propose  # reason: start-up — needs the state

    found = propose(
        by=by,
        lender=lender,
        model=model,
        features=features,
        target=target,
        from_day=from_day,
        why=why,
    )
    if as_json:
        answer({"document": found.document.pk, **found.document.preview["comparison"]})
        return
    tell(
        "GRADE-PROPOSED",
        document=found.document.pk,
        rows=f"{found.compared.rows:,}",
        new=f"{found.compared.new.auc:.4f}",
        old=f"{found.compared.old.auc:.4f}",
        spread=f"{found.verdict.spread:.4f}",
    )


def _folder_of(out: Path) -> None:
    if not out.parent.is_dir():
        sentence = say("AGEING-NO-FOLDER", {"folder": str(out.parent)}, language=language())
        raise typer.BadParameter(sentence, param_hint="--out")


def _day(text: str | None) -> date:
    return parse_day(text) if text else datetime.now(tz=SCREEN_ZONE).date()


def _why(why: str) -> str:
    return say(f"GRADE-WHY-{why}", {}, language=language())


def _told(trained: Trained) -> dict[str, object]:
    return {
        "model": trained.recipe.model,
        "rows": trained.rows,
        "bad": trained.bad,
        "columns": list(trained.used),
        "directions": dict(trained.recipe.directions),
        "seed": trained.recipe.seed,
        "left_out": {one.column: one.why for one in trained.left_out},
    }
