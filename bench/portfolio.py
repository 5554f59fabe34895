"""An invented portfolio (bench and tests): how late, how much, what was paid; and who went bad.

Shaped like the public card-default set (months late, bill, paid, limit), with the true
chance beside it, so that a test knows what can be found. Drawn with a seed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

DIRECTIONS = {"late_now": 1, "late_before": 1, "times_late": 1, "paid_share": -1, "limit": -1}


def write_portfolio(path: Path, *, rows: int, seed: int = 7) -> None:
    """Write `rows` borrowers to a CSV or Parquet file: 16 columns of numbers, some unknown,
    besides borrower_no, sex, age, region (text), branch (constant) and the target `bad`."""
    draw = np.random.default_rng(seed)
    strain = draw.normal(size=rows)
    late_now = np.clip(np.rint(draw.normal(0.6 * strain - 0.2, 1.0)), 0, 6)
    late_before = np.clip(np.rint(draw.normal(0.7 * strain, 1.1)), 0, 6)
    times_late = draw.poisson(np.exp(0.5 * strain - 0.3)).astype(float)
    limit = np.rint(np.exp(draw.normal(10.5 - 0.3 * strain, 0.8)))
    paid_share = np.clip(draw.normal(0.4 - 0.15 * strain, 0.25, rows), 0, 1.2)
    odds = -1.9 + 0.75 * late_now + 0.25 * late_before + 0.1 * times_late - 0.8 * paid_share
    odds -= 0.12 * np.log(limit / 40_000)
    bad = draw.random(rows) < 1 / (1 + np.exp(-odds))
    cells = {
        "late_now": late_now,
        "late_before": np.where(draw.random(rows) < 0.1, np.nan, late_before),
        "times_late": times_late,
        "limit": limit,
        "paid_share": np.round(paid_share, 4),
        **{f"bill_{n}": np.rint(limit * draw.random(rows)) for n in range(1, 7)},
        **{f"noise_{n}": np.round(draw.normal(size=rows), 3) for n in range(1, 6)},
        "sex": draw.integers(1, 3, rows).astype(float),
        "age": draw.integers(20, 70, rows).astype(float),
        "branch": np.full(rows, 3.0),
        "bad": bad.astype(np.int64),
    }
    connection = duckdb.connect(config={"threads": 1})
    connection.register("cells", cells)
    query = (
        "SELECT 'B' || row_number() OVER () AS borrower_no,"
        " ['north', 'south'][1 + (row_number() OVER ()) % 2] AS region, * FROM cells"
    )
    form = "csv, HEADER" if path.suffix == ".csv" else "parquet"
    connection.execute(f"COPY ({query}) TO '{path}' (FORMAT {form})")
    connection.close()
