"""The ageing answer by pandas: what a good analyst would write, the baseline of the bench.

Same files in, same 13 columns out, same money to the fen; no adjustments, because
the made book has none. Loan numbers become integers first, which makes pandas
about twice as fast as working on the texts.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as parquet

COMPONENTS = ("fee", "penalty", "interest", "principal")
OWN_ORDERS = {"principal>interest>fee>penalty": ("principal", "interest", "fee", "penalty")}
MONTHS = [0, 30, 60, 90, 120, 150, 180]
NAMES = ["current", "M1", "M2", "M3", "M4", "M5", "M6", "M6+"]


def age_with_pandas(folder: Path, *, as_of: date, out: Path) -> None:
    """Age the book in `folder` and write the answer, sorted by loan_no."""
    day = pd.Timestamp(as_of).as_unit("ms")
    loans = _read(folder, "loans", ["loan_no", "allocation_order"]).sort_values("loan_no")
    index = pd.Index(loans["loan_no"])
    paid_fen = _paid(folder, index, day)

    lines = _read(folder, "installments", None)
    lines["loan"] = _numbers(lines.pop("loan_no"), index)
    lines = lines.sort_values(["loan", "due_date", "seq"])
    parts = [f"{component}_fen" for component in COMPONENTS]
    lines["total_fen"] = lines[parts].sum(axis=1)
    owed_to_here = lines.groupby("loan")["total_fen"].cumsum()
    left = (owed_to_here - paid_fen[lines["loan"]]).clip(lower=0)
    lines["unpaid_fen"] = np.minimum(left, lines["total_fen"])

    answer = pd.DataFrame(index=pd.RangeIndex(len(loans)))
    open_lines = lines[lines["unpaid_fen"] > 0]
    answer["outstanding_fen"] = open_lines.groupby("loan")["unpaid_fen"].sum()
    answer["oldest_unpaid_due_date"] = open_lines.groupby("loan")["due_date"].min()
    late = open_lines[open_lines["due_date"] < day].copy()
    _split(late, loans["allocation_order"].to_numpy())
    by_loan = late.groupby("loan")
    for component in COMPONENTS:
        answer[f"overdue_{component}_fen"] = by_loan[f"{component}_fen"].sum()
    answer["overdue_fen"] = by_loan["unpaid_fen"].sum()
    answer["delinquent_date"] = by_loan["due_date"].min()
    answer["days_past_due"] = (day - answer["delinquent_date"]).dt.days
    held_days, held = _held(folder, index, answer["delinquent_date"], day)
    answer["delinquent_days"] = answer["days_past_due"] - held_days.reindex(answer.index).fillna(0)

    whole = [name for name in answer if name.endswith(("_fen", "_days", "_due"))]
    answer[whole] = answer[whole].fillna(0).astype("int64")
    places = np.searchsorted(MONTHS, answer["delinquent_days"], side="left")
    answer["bucket"] = np.array(NAMES)[places]
    answer["held"] = answer.index.isin(held)
    answer.insert(0, "loan_no", index.to_numpy())
    answer.to_parquet(out)


def _paid(folder: Path, index: pd.Index, day: pd.Timestamp) -> np.ndarray:
    payments = _read(folder, "payments", ["loan_no", "paid_on", "amount_fen", "reverses"])
    payments = payments[payments["paid_on"] <= day]
    sign = np.where(payments["reverses"].isna(), 1, -1)
    loan = _numbers(payments["loan_no"], index)
    paid_fen = np.zeros(len(index), dtype="int64")
    np.add.at(paid_fen, loan, payments["amount_fen"].to_numpy() * sign)
    return np.maximum(paid_fen, 0)


def _split(late: pd.DataFrame, orders: np.ndarray) -> None:
    """Take what was settled off the components, in the loan's order."""
    settled = (late["total_fen"] - late["unpaid_fen"]).to_numpy(copy=True)
    order_of_line = pd.Series(orders[late["loan"]], index=late.index).fillna("")
    for written, order in {"": COMPONENTS, **OWN_ORDERS}.items():
        chosen = (order_of_line == written).to_numpy()
        left = settled[chosen]
        for component in order:
            column = f"{component}_fen"
            taken = np.minimum(late.loc[chosen, column], left)
            late.loc[chosen, column] -= taken
            left = left - taken.to_numpy()


def _held(
    folder: Path, index: pd.Index, since: pd.Series, day: pd.Timestamp
) -> tuple[pd.Series, np.ndarray]:
    """Distinct hold days of each late loan since its oldest due date, and the loans held now."""
    holds = _read(folder, "holds", None)
    holds["loan"] = _numbers(holds["loan_no"], index)
    now = holds[(holds["start"] <= day) & (holds["end"].isna() | (day < holds["end"]))]
    holds["end"] = holds["end"].fillna(day).clip(upper=day)
    holds["start"] = np.maximum(holds["start"], since.reindex(holds["loan"]).to_numpy())
    holds = holds[holds["end"] > holds["start"]].sort_values(["loan", "start", "end"])
    reached = holds.groupby("loan")["end"].cummax().groupby(holds["loan"]).shift()
    start = np.maximum(holds["start"], reached.fillna(holds["start"]))
    days = (holds["end"] - start).dt.days.clip(lower=0)
    return days.groupby(holds["loan"]).sum(), now["loan"].unique()


def _numbers(loan_no: pd.Series, index: pd.Index) -> np.ndarray:
    return index.get_indexer(loan_no.cat.categories)[loan_no.cat.codes]


def _read(folder: Path, table: str, columns: list[str] | None) -> pd.DataFrame:
    # Loan numbers as categories and dates as datetime64, not as objects: twice as fast.
    coded = [] if table == "loans" else ["loan_no"]
    path = folder / f"{table}.parquet"
    read = parquet.read_table(path, columns=columns, read_dictionary=coded)
    return read.to_pandas(date_as_object=False)
