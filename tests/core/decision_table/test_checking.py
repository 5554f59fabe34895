"""Gaps, overlaps and rules never reached are found, exactly, each with a row that shows it."""

from __future__ import annotations

import time
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.core.decision_table import (
    ALWAYS,
    All,
    Any,
    Field,
    Is,
    NoRule,
    Not,
    Rule,
    RuleNeverReached,
    Table,
    TableGap,
    TableOverlap,
    TooTangled,
    When,
    check,
    choose,
    example_of,
    fields_by_name,
    holds,
    parse_when,
    refuse_unsound,
    row_text,
)
from tests.core.decision_table.conditions import FIELDS, conditions, rows


def _when(**written: object) -> When:
    return parse_when(written, FIELDS, file="f", path="when")


def _table(*conditions: When, hit: str = "only") -> Table[int]:
    rules = tuple(Rule(f"r{n}", when, n) for n, when in enumerate(conditions))
    return Table(FIELDS, rules, hit)  # type: ignore[arg-type]  # one of the two words


def test_a_gap_comes_with_a_row_that_no_rule_answers() -> None:
    table = _table(_when(days={"until": 30}), _when(days={"from": 31}))
    assert check(table).gaps == ({"days": 30},)
    closed = _table(_when(days={"until": 31}), _when(days={"from": 31}))
    assert check(closed).gaps == ({"days": None},)


def test_an_overlap_comes_with_a_row_that_both_rules_answer() -> None:
    table = _table(_when(days=[{"until": 31}, "unknown"]), _when(days={"from": 30}))
    assert check(table).overlaps == (("r0", "r1", {"days": 30}),)


def test_a_rule_behind_others_that_cover_it_is_never_reached() -> None:
    table = _table(_when(days={"from": 5}), _when(days={"from": 9}), _when(), hit="first")
    assert check(table).unreached == ("r1",)


def test_an_always_known_field_needs_no_answer_for_unknown() -> None:
    assert check(_table(_when(held=True), _when(held=False))).sound


def test_what_is_given_narrows_the_facts_a_table_answers() -> None:
    table = _table(_when(grade=["A", "B"]), _when(grade="C"))
    assert check(table, given=_when(grade=["A", "B", "C"])).sound
    assert check(table, given=_when(grade=["A", "B"])).unreached == ("r1",)


def test_what_is_left_out_is_answered_elsewhere() -> None:
    table = _table(_when(grade=["A", "B"]), _when(grade=["B", "C"]), _when(grade="D"))
    elsewhere = [_when(grade=["D", "E", "unknown"]), _when(grade="B")]
    assert check(table, unless=elsewhere[1:]).overlaps == ()
    found = check(table, unless=elsewhere)
    assert (found.gaps, found.overlaps, found.unreached) == ((), (), ("r2",))


def test_many_tangled_rules_elsewhere_cost_nothing() -> None:
    names = [f"f{n}" for n in range(60)]
    fields = fields_by_name(Field(name, "flag", always_known=True) for name in names)
    pairs = [All((Is(a, values=(True,)), Is(b, values=(True,)))) for a, b in pairwise(names)]
    halves = tuple(Rule(str(v), Is("f0", values=(v,)), 0) for v in (True, False))
    assert check(Table(fields, halves, "only"), unless=pairs).sound


def test_refusals_name_the_table_and_the_row() -> None:
    with pytest.raises(TableOverlap) as overlap:
        refuse_unsound(_table(_when(held=True), _when()), file="f", path="stages.M1")
    assert overlap.value.figures == {
        "file": "f",
        "path": "stages.M1",
        "first": "r0",
        "second": "r1",
        "example": "held: true",
    }
    with pytest.raises(TableGap):
        refuse_unsound(_table(_when(held=True)), file="f", path="p")
    with pytest.raises(RuleNeverReached):
        refuse_unsound(_table(_when(), _when(held=True), hit="first"), file="f", path="p")


def test_facts_no_rule_covers_are_refused_with_the_fields_read() -> None:
    with pytest.raises(NoRule) as told:
        choose(_table(_when(grade="A")), {"grade": "B", "days": 3})
    assert told.value.figures == {"facts": {"grade": "B"}, "rules": 1}


def test_a_row_is_written_as_in_a_strategy() -> None:
    row = {"days": 3, "held": True, "grade": None}
    assert row_text(row) == "days: 3, held: true, grade: unknown"


@given(st.lists(conditions(), min_size=1, max_size=4), st.lists(rows(), max_size=30))
def test_findings_are_true_and_a_clean_finding_has_no_exception(
    written: list[When], seen: list[dict[str, object]]
) -> None:
    found = check(_table(*written))
    for gap in found.gaps:
        assert not any(holds(when, gap) for when in written)
    for first, second, row in found.overlaps:
        assert holds(written[int(first[1:])], row) and holds(written[int(second[1:])], row)
    pairs = {(first, second) for first, second, _ in found.overlaps}
    for row in seen:
        hit = [f"r{n}" for n, when in enumerate(written) if holds(when, row)]  # type: ignore[arg-type]
        assert hit or found.gaps
        assert set(combinations(hit, 2)) <= pairs
        assert not set(hit) & set(found.unreached)


@settings(max_examples=40)
@given(st.lists(conditions(), min_size=1, max_size=3))
def test_small_tables_are_judged_as_trying_every_row_does(written: list[When]) -> None:
    small = {
        "days": [*range(12), None],
        "change": [*range(-6, 7), None],
        "grade": [*"ABCDE", None],
        "reach": ["unknown", "reachable", "lost"],
        "held": [True, False],
        "frozen": [True, False, None],
    }
    table = _table(*written)
    every = [
        dict(zip(table.reads, values, strict=True))
        for values in product(*(small[name] for name in table.reads))
    ]
    if len(every) > 4_000:
        every = every[::11]
    found = check(table)
    hits = [sum(holds(when, row) for when in written) for row in every]  # type: ignore[arg-type]
    assert bool(found.gaps) >= (0 in hits)
    assert bool(found.overlaps) >= any(hit > 1 for hit in hits)
    first = check(_table(*written, hit="first"))
    taken = {
        next((n for n, when in enumerate(written) if holds(when, row)), None)  # type: ignore[arg-type]
        for row in every
    }
    assert not {f"r{n}" for n in taken} & set(first.unreached)


@given(conditions())
def test_a_condition_has_an_example_unless_it_never_holds(when: When) -> None:
    row = example_of(when, FIELDS)
    assert row is not None or example_of(Not(when), FIELDS) is not None
    assert row is None or holds(when, row)
    assert check(_table(when, Not(when))).overlaps == ()
    assert check(_table(when, Not(when))).gaps == ()


def _grid(fields: int, cuts: int) -> Table[int]:
    """A complete table over many fields: the first field that is high decides how high."""
    made = fields_by_name(Field(f"f{n}", "int", always_known=True) for n in range(fields))
    rules = []
    for n in range(fields):
        low = {f"f{m}": {"until": 10} for m in range(n)}
        for cut in range(cuts):
            last = {"from": 10 * (cut + 1)} if cut == cuts - 1 else None
            span = last or {"from": 10 * (cut + 1), "until": 10 * (cut + 2)}
            when = parse_when({**low, f"f{n}": span}, made, file="f", path="w")
            rules.append(Rule(f"{n}-{cut}", when, n))
    low = {f"f{m}": {"until": 10} for m in range(fields)}
    rules.append(Rule("low", parse_when(low, made, file="f", path="w"), -1))
    return Table(made, tuple(rules), "only")


def test_twenty_fields_of_six_cells_are_checked_without_the_product_of_all() -> None:
    table = _grid(fields=20, cuts=5)  # 6 ** 20 rows
    began = time.process_time()
    assert check(table).sound
    assert time.process_time() - began < 5
    missing = Table(table.fields, tuple(r for r in table.rules if r.id != "13-2"), "only")
    [gap] = check(missing).gaps
    assert gap["f13"] == 30 and all(gap[f"f{m}"] == 0 for m in range(13))


def test_conditions_beyond_the_limit_are_refused_with_the_limit() -> None:
    names = [f"f{n}" for n in range(26)]
    fields = fields_by_name(Field(name, "flag") for name in names)
    pairs = [
        Any((Is(a, values=(True,)), Is(b, values=(True,))))
        for a, b in zip(names[::2], names[1::2], strict=True)
    ]
    tangled = Table(fields, (Rule("r", Not(Any(tuple(Not(p) for p in pairs))), 0),), "only")
    with pytest.raises(TooTangled) as told:
        check(tangled, given=ALWAYS)
    assert told.value.figures["limit"] == 5_000
