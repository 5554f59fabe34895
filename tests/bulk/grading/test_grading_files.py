"""Feature files into models and scores: what is read, what is refused, what comes out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from bench.portfolio import DIRECTIONS, write_portfolio
from dunwell.bulk.grading.evaluating import evaluate_file
from dunwell.bulk.grading.feature_file import open_features
from dunwell.bulk.grading.learning import read_directions, read_learnable
from dunwell.bulk.grading.model_folder import read_model
from dunwell.bulk.grading.recipes import ModelKind
from dunwell.bulk.grading.refusals import (
    BorrowerTwice,
    ColumnTwice,
    NoBorrowerNo,
    NoModelHere,
    NoSuchColumn,
    NotANumber,
    NothingToLearnFrom,
    NotZeroOne,
    UnreadableFile,
    WrongDirections,
    WrongModel,
)
from dunwell.bulk.grading.scoring import score_file
from dunwell.bulk.grading.training import Trained, train_file
from dunwell.core.refusal import Refusal
from dunwell.core.risk import Card, score
from dunwell.core.risk.training.folds import OneOutcome, TooFewRows
from tests.core.risk.cards import SMALL

KINDS: list[ModelKind] = ["card", "lightgbm"]


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portfolio") / "portfolio.csv"
    write_portfolio(path, rows=2_000)
    return path


@pytest.fixture(scope="module")
def directions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("directions") / "directions.yaml"
    path.write_text(yaml.safe_dump(DIRECTIONS), "utf-8")
    return path


def trained(
    features: Path, out: Path, directions: Path | None, *, model: ModelKind = "card", seed: int = 1
) -> Trained:
    return train_file(
        features=features,
        target="bad",
        out=out,
        model=model,
        monotone=directions,
        seed=seed,
        from_on=date(2026, 11, 23),
    )


def rows_of(path: Path) -> list[tuple[object, ...]]:
    return duckdb.connect().execute(f"FROM '{path}'").fetchall()


def write_csv(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def test_personal_attributes_keys_text_and_constants_are_left_out(
    portfolio: Path, tmp_path: Path
) -> None:
    told = trained(portfolio, tmp_path / "model", None)
    assert {one.column: one.why for one in told.left_out} == {
        "borrower_no": "key",
        "region": "text",
        "sex": "personal",
        "age": "personal",
        "branch": "constant",
    }
    assert not {"sex", "age"} & set(told.recipe.columns)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_trained_judged_and_asked(
    kind: ModelKind, portfolio: Path, directions: Path, tmp_path: Path
) -> None:
    trained(portfolio, tmp_path / "model", directions, model=kind)
    judged = evaluate_file(features=portfolio, target="bad", model=tmp_path / "model")
    figures = judged.figures.figures()
    assert list(figures) == [
        *("auc", "auc_fold_sd", "ks", "brier", "calibration_slope", "ece", "ece_floor"),
        *("top10_capture", "psi", "monotonicity_breaches"),
    ]
    assert figures["auc"] > 0.66
    assert figures["monotonicity_breaches"] == 0
    told = score_file(features=portfolio, model=tmp_path / "model", out=tmp_path / "scores.csv")
    scored = rows_of(tmp_path / "scores.csv")
    assert (told.rows, len(scored), told.judged) == (2_000, 2_000, False)
    # Rows stay in the file's order; a worse grade is a lower score and a higher chance.
    assert [row[0] for row in scored[:3]] == ["B1", "B2", "B3"]
    by_score = sorted(scored, key=lambda row: (-int(str(row[1])), float(str(row[6]))))
    assert [row[2] for row in by_score] == sorted(str(row[2]) for row in by_score)
    chances = [float(str(row[6])) for row in by_score]
    assert chances == sorted(chances)
    assert {name for row in scored for name in row[3:6]} <= {
        *read_model(tmp_path / "model").recipe.columns,
        None,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_writes_the_same_bytes(
    kind: ModelKind, portfolio: Path, directions: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        trained(portfolio, tmp_path / name, directions, model=kind, seed=9)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


@pytest.mark.parametrize("kind", KINDS)
def test_moving_a_column_against_the_borrower_never_lowers_the_chance(
    kind: ModelKind, portfolio: Path, directions: Path, tmp_path: Path
) -> None:
    trained(portfolio, tmp_path / "model", directions, model=kind)
    worse = ", ".join(
        f'"{name}" + {way} * (1 + abs("{name}") / 10) AS "{name}"'
        for name, way in DIRECTIONS.items()
    )
    moved = tmp_path / "moved.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT * REPLACE ({worse}) FROM '{portfolio}') TO '{moved}' (FORMAT parquet)"
    )
    for features, out in ((portfolio, "before.csv"), (moved, "after.csv")):
        score_file(features=features, model=tmp_path / "model", out=tmp_path / out)
    before, after = rows_of(tmp_path / "before.csv"), rows_of(tmp_path / "after.csv")
    assert all(
        float(str(then[6])) <= float(str(now[6])) for then, now in zip(before, after, strict=True)
    )


def test_a_learned_card_scores_a_file_as_it_scores_one_borrower(
    portfolio: Path, directions: Path, tmp_path: Path
) -> None:
    trained(portfolio, tmp_path / "model", directions)
    card = read_model(tmp_path / "model").learned
    assert isinstance(card, Card)
    score_file(features=portfolio, model=tmp_path / "model", out=tmp_path / "scores.parquet")
    with open_features(portfolio) as file:
        cells = file.numbers(card.features)[:200]
    scored = rows_of(tmp_path / "scores.parquet")
    for row, line in zip(scored, cells.tolist(), strict=False):
        one = score(card, dict(zip(card.features, line, strict=True)))
        reasons = [reason.item.feature for reason in one.reasons]
        assert row[1:3] == (one.score, one.grade)
        assert [name for name in row[3:6] if name is not None] == reasons
        assert float(str(row[6])) == one.probability_ppm / 1e6


def test_a_judged_card_scores_flags_choices_and_the_unknown(tmp_path: Path) -> None:
    card = tmp_path / "small.yaml"
    card.write_text(yaml.safe_dump(SMALL, allow_unicode=True), "utf-8")
    features = write_csv(
        tmp_path / "f.csv",
        "borrower_no,late_days,answers,reason",
        ["甲-1,40,false,UNEM", "甲-2,,,", "甲-3,7.5,1,FTP"],
    )
    told = score_file(features=features, model=card, out=tmp_path / "s.csv")
    assert told.judged
    assert (tmp_path / "s.csv").read_text("utf-8").splitlines() == [
        "borrower_no,score,grade,reason_1,reason_2,reason_3,probability",
        "甲-1,14,E,late_days,answers,reason,0.78",
        "甲-2,23,C,late_days,reason,answers,0.51",
        "甲-3,50,A,,,,0.05",
    ]


def test_text_in_gb18030_is_read(tmp_path: Path) -> None:
    card = tmp_path / "small.yaml"
    card.write_text(yaml.safe_dump(SMALL, allow_unicode=True), "utf-8")
    text = "borrower_no,late_days,answers,reason\n客户甲,40,false,UNEM\n客户乙,1,true,FTP\n"
    (tmp_path / "f.csv").write_bytes(text.encode("gb18030"))
    score_file(features=tmp_path / "f.csv", model=card, out=tmp_path / "s.csv")
    assert [row[0] for row in rows_of(tmp_path / "s.csv")] == ["客户甲", "客户乙"]


def test_not_a_number_in_parquet_counts_as_unknown(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT 'B' || i AS borrower_no, CASE WHEN i % 3 = 0 THEN 'nan'::DOUBLE ELSE i END"
        f" AS late, (i % 2)::INTEGER AS bad FROM range(90) r(i)) TO '{path}' (FORMAT parquet)"
    )
    with open_features(path) as file:
        cells = read_learnable(file, target="bad").table.columns[:, 0]
    assert [int(one != one) for one in cells[:4].tolist()] == [1, 0, 0, 1]


GOOD = [f"B{n},{n % 7},{n % 2}" for n in range(100)]
WRONG_ROWS: list[tuple[list[str], type[Refusal], dict[str, object]]] = [
    ([*GOOD, "B100,3,2"], NotZeroOne, {"row": 102, "column": "bad", "value": "2"}),
    ([*GOOD, "B100,3,"], NotZeroOne, {"row": 102, "value": ""}),
    ([*GOOD, "B100,n.a.,1"], NotANumber, {"row": 102, "column": "late", "value": "n.a."}),
    ([*GOOD, "B100,inf,1"], NotANumber, {"row": 102, "column": "late", "value": "inf"}),
    ([*GOOD, "B100,13812345678?,1"], NotANumber, {"row": 102, "value": "138*******8?"}),
    ([*GOOD, "B100,王小明,1"], NotANumber, {"row": 102, "value": "王*"}),
    ([f"B{n},{n},0" for n in range(60)], OneOutcome, {"rows": 60, "bad": 0}),
    (GOOD[:30], TooFewRows, {"good": 15, "bad": 15}),
    ([f"B{n},5,{n % 2}" for n in range(60)], NothingToLearnFrom, {"target": "bad"}),
]


@pytest.mark.parametrize(("rows", "kind", "figures"), WRONG_ROWS)
def test_wrong_rows_are_refused_with_file_row_column_and_value(
    rows: list[str], kind: type[Refusal], figures: dict[str, object], tmp_path: Path
) -> None:
    features = write_csv(tmp_path / "f.csv", "borrower_no,late,bad", rows)
    with pytest.raises(kind) as refused:
        trained(features, tmp_path / "model", None)
    assert refused.value.figures["file"] == "f.csv"
    assert figures.items() <= refused.value.figures.items()
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    "text",
    [
        "borrower_no,late,bad\nB1,1,0\nB2,1\nB3,1,0,9\n",
        "loans of today\nborrower_no,late,bad\nB1,1,0\n",
    ],
)
def test_no_row_is_skipped_to_make_the_others_fit(tmp_path: Path, text: str) -> None:
    (tmp_path / "f.csv").write_text(text, "utf-8")
    with pytest.raises(UnreadableFile), open_features(tmp_path / "f.csv"):
        pass


def test_a_column_of_very_large_numbers_is_learned_and_asked(tmp_path: Path) -> None:
    rows = [f"B{n},{(n % 10) * 10**17},{int(n % 10 > 6)}" for n in range(200)]
    features = write_csv(tmp_path / "f.csv", "borrower_no,owed,bad", rows)
    trained(features, tmp_path / "model", None)
    done = score_file(features=features, model=tmp_path / "model", out=tmp_path / "o.csv")
    assert done.rows == 200


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    rows = [f"B{n},{n % 7},{n % 5},{n % 2}" for n in range(100)]
    features = write_csv(tmp_path / "f.csv", "borrower_no,late,Late,bad", rows)
    with pytest.raises(ColumnTwice) as refused:
        trained(features, tmp_path / "model", None)
    assert refused.value.figures == {"file": "f.csv", "column": "Late"}


def test_a_missing_target_names_the_columns_there_are(portfolio: Path, tmp_path: Path) -> None:
    features = write_csv(tmp_path / "f.csv", "borrower_no,late,gone_bad", GOOD)
    with pytest.raises(NoSuchColumn) as refused:
        trained(features, tmp_path / "model", None)
    assert refused.value.figures["found"] == ["borrower_no", "late", "gone_bad"]


def test_scores_need_a_borrower_each(portfolio: Path, directions: Path, tmp_path: Path) -> None:
    trained(portfolio, tmp_path / "model", directions)
    for query, kind in (
        ("SELECT * EXCLUDE (borrower_no)", NoBorrowerNo),
        ("SELECT * REPLACE ('B1' AS borrower_no)", BorrowerTwice),
        ("SELECT * EXCLUDE (late_now)", NoSuchColumn),
    ):
        features = tmp_path / "f.parquet"
        duckdb.connect().execute(
            f"COPY ({query} FROM '{portfolio}') TO '{features}' (FORMAT parquet)"
        )
        with pytest.raises(kind):
            score_file(features=features, model=tmp_path / "model", out=tmp_path / "s.csv")
    assert not (tmp_path / "s.csv").exists()


@pytest.mark.parametrize(
    ("name", "text", "path"),
    [
        ("d.json", '{"late": 2}', "late"),
        ("d.yaml", "late: up", "late"),
        ("d.yaml", "later: 1", "later"),
        ("d.json", "[1, 2]", "file"),
        ("d.json", "{late", "line 1"),
        ("d.yaml", "late: 1\nshare: [", "line 2"),
        ("d.yaml", "late: true", "late"),
    ],
)
def test_wrong_directions_are_refused_with_their_place(
    name: str, text: str, path: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    with pytest.raises(WrongDirections) as refused:
        read_directions(file, columns=("borrower_no", "late"))
    assert refused.value.figures["path"] == path


def test_a_folder_that_is_no_model_is_refused(portfolio: Path, tmp_path: Path) -> None:
    with pytest.raises(NoModelHere):
        evaluate_file(features=portfolio, target="bad", model=tmp_path)
    names = ("model", "target", "columns", "directions", "seed", "from", "size")
    values: tuple[object, ...] = ("magic", "bad", ["late_now"], {}, 1, "2026-11-23", None)
    recipe = dict(zip(names, values, strict=True))
    (tmp_path / "recipe.json").write_text(json.dumps(recipe), "utf-8")
    (tmp_path / "card.yaml").write_text("{no YAML", "utf-8")
    with pytest.raises(NoModelHere):
        evaluate_file(features=portfolio, target="bad", model=tmp_path / "card.yaml")
    with pytest.raises(WrongModel) as refused:
        evaluate_file(features=portfolio, target="bad", model=tmp_path)
    assert refused.value.figures["path"] == "model"


def test_a_judged_card_is_judged_on_the_same_folds_as_a_learned_one(tmp_path: Path) -> None:
    card = tmp_path / "small.yaml"
    card.write_text(yaml.safe_dump(SMALL, allow_unicode=True), "utf-8")
    rows = [f"B{n},{n % 45},{n % 2},FTP,{int(n % 45 > 22 + n % 9)}" for n in range(400)]
    features = write_csv(tmp_path / "f.csv", "borrower_no,late_days,answers,reason,bad", rows)
    judged = evaluate_file(features=features, target="bad", model=card)
    assert judged.figures.auc > 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_columns_may_have_any_name_and_noise_gives_a_card_all_the_same(
    kind: ModelKind, tmp_path: Path
) -> None:
    rows = [f'"B,{n}",{n * 7919 % 101},{n * 31 % 7},{int(n * 104729 % 10 < 3)}' for n in range(400)]
    header = 'borrower_no,"逾期, ""天""",limit,bad'
    features = write_csv(tmp_path / "f.csv", header, rows)
    directions = tmp_path / "d.json"
    directions.write_text(json.dumps({'逾期, "天"': 1, "limit": -1}), "utf-8")
    trained(features, tmp_path / "model", directions, model=kind)
    judged = evaluate_file(features=features, target="bad", model=tmp_path / "model")
    assert 0.3 < judged.figures.auc < 0.7
    assert judged.figures.monotonicity_breaches == 0
    told = score_file(features=features, model=tmp_path / "model", out=tmp_path / "s.csv")
    assert told.rows == 400
