"""Categories and five classes as SQL: the code and the rule of every borrower of a table.

core.category.classify is the meaning; a property test holds both equal. Called by
bulk.deciding with the table of features, quadrant, freezes and legal state.
"""

from __future__ import annotations

from dunwell.bulk.compile.rules import at_place_sql, place_sql
from dunwell.core.category import Classification


def classification_sql(classification: Classification, *, source: str, code: str, rule: str) -> str:
    """A SELECT of all columns of `source` and two more, named `code` and `rule`.

    `source` is a table, a view or a query in brackets, with a column for every field the
    rules read. Both are null where facts hold impossible values.
    """
    rules = classification.table.rules
    place = place_sql([one.when for one in rules])
    codes = at_place_sql("_place", [one.then.code for one in rules])
    names = at_place_sql("_place", [one.id for one in rules])
    return (
        f"SELECT * EXCLUDE (_place), {codes} AS {code}, {names} AS {rule} "
        f"FROM (SELECT *, {place} AS _place FROM {source})"
    )
