"""Bench: what training finds on real loans, beside the anchors measured for the same label.

    python -m bench.grading [--seeds 3] [--no-trees]

The next-loan set (4,368 borrowers, 21.8 % bad, see bench/next_loan.py) is learned and judged
by the command's own functions, once a seed; the mean is told with the bars: AUC against the
anchor, ECE within 0.01 of its floor, slope 0.9 to 1.1, no breach of a direction. The
same borrowers and overdue ones with the house's features (bench/house_features.py) show the
shipped card beside learned ones; no anchor was measured there. An invented portfolio of
30,000 rows tells the time. Trees need the extra `train`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from time import perf_counter

from bench.house_features import write_next_loan, write_overdue
from bench.next_loan import DATA, DIRECTIONS, write_features
from bench.portfolio import DIRECTIONS as PORTFOLIO_DIRECTIONS
from bench.portfolio import write_portfolio
from dunwell.bulk.grading.evaluating import evaluate_file
from dunwell.bulk.grading.recipes import ModelKind
from dunwell.bulk.grading.refusals import NoLightGBM
from dunwell.bulk.grading.training import train_file

ANCHORS: Mapping[str, float] = {"card": 0.696, "lightgbm": 0.710}
"""Measured on the same label: a points card 0.696 (WoE + logistic 0.704), trees 0.710."""
PORTFOLIO_ROWS = 30_000
REAL = "next_loan.parquet"
HOUSE_SETS = {
    "next loan, real, the house's features": write_next_loan,
    "overdue now, real, the house's features": write_overdue,
}
SHIPPED = Path(__file__).parents[1] / "src/dunwell/packs/house/cards/overdue_borrower.yaml"
_FROM = date(2026, 11, 23)


def main() -> None:
    """Print the table of figures for each model and set."""
    parser = argparse.ArgumentParser(prog="bench.grading")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--no-trees", action="store_true")
    told = parser.parse_args()
    kinds: list[ModelKind] = ["card"] if told.no_trees else ["card", "lightgbm"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if DATA.is_dir():
            write_features(folder / REAL)
            _tell("next loan, real", folder / REAL, DIRECTIONS, kinds, told.seeds)
            for name_of_set, write in HOUSE_SETS.items():
                write(folder / "house.parquet")
                _tell_shipped(name_of_set, folder / "house.parquet")
                _tell(name_of_set, folder / "house.parquet", {}, kinds, 1)
        else:
            print("the real loans (../shared/data) are not here: left out")
        write_portfolio(folder / "portfolio.csv", rows=PORTFOLIO_ROWS)
        _tell("invented", folder / "portfolio.csv", PORTFOLIO_DIRECTIONS, kinds, 1)


def _tell(
    name: str, features: Path, directions: Mapping[str, int], kinds: list[ModelKind], seeds: int
) -> None:
    anchored = features.name == REAL
    stated = features.with_name("directions.json")
    stated.write_text(json.dumps({column: way for column, way in directions.items() if way}))
    print(f"grading, {name}: out of fold, mean of {seeds} seed(s)")
    for kind in kinds:
        try:
            _tell_model(features, stated, kind, seeds, anchored=anchored)
        except NoLightGBM:
            print("  lightgbm: the extra `train` is not installed, left out")


def _tell_shipped(name: str, features: Path) -> None:
    """The judged card as it is shipped, on borrowers without any contact record."""
    found = evaluate_file(features=features, target="bad", model=SHIPPED).figures.figures()
    shown = "  ".join(f"{key} {value:.4g}" for key, value in found.items())
    print(f"grading, {name}: the shipped card, judged\n  {shown}")


def _tell_model(
    features: Path, stated: Path, kind: ModelKind, seeds: int, *, anchored: bool
) -> None:
    out = features.with_name(f"model-{kind}")
    found, fitted, judged = [], 0.0, 0.0
    for seed in range(1, seeds + 1):
        started = perf_counter()
        train_file(
            features=features,
            target="bad",
            out=out,
            model=kind,
            monotone=stated,
            seed=seed,
            from_on=_FROM,
        )
        fitted += perf_counter() - started
        started = perf_counter()
        found.append(evaluate_file(features=features, target="bad", model=out).figures.figures())
        judged += perf_counter() - started
    mean = {key: sum(one[key] for one in found) / seeds for key in found[0]}
    shown = "  ".join(f"{key} {value:.4g}" for key, value in mean.items())
    print(f"  {kind}: {shown}")
    bars = _bars(mean, ANCHORS[kind] if anchored else None)
    print(f"    train {fitted / seeds:.1f} s, evaluate {judged / seeds:.1f} s; {bars}")


def _bars(mean: Mapping[str, float], anchor: float | None) -> str:
    bars = {} if anchor is None else {f"auc >= {anchor} (anchor)": mean["auc"] >= anchor}
    bars |= {
        "ece within 0.01 of its floor": mean["ece"] <= mean["ece_floor"] + 0.01,
        "slope 0.9-1.1": 0.9 <= mean["calibration_slope"] <= 1.1,
        "no breach": mean["monotonicity_breaches"] == 0,
    }
    return ", ".join(f"{bar}: {'reached' if met else 'missed'}" for bar, met in bars.items())


if __name__ == "__main__":
    main()
