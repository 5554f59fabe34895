"""Mutants: the gate with one rule, one row or one number broken, to see whether the law notices.

A mutant differs from the gate first at some question; up to there its walk is the walk
of the gate itself. So it is enough to put to it the distinct questions of that walk in
the order they were met: the first that it answers against the law is its shortest story.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from types import ModuleType
from typing import Any, Final

from dunwell.core.permit import Gate, Rule, compile_gate, decide
from dunwell.core.permit.findings import Finding
from dunwell.core.permit.limits import NUMBERS
from dunwell.core.permit.table import CLOSING, ROWS, TABLE
from dunwell.store.policy.packs import shipped_pack
from proof.law import CAPS
from proof.ledger import MONDAY
from proof.notes import NOTES, closing_codes
from proof.packs import CAP_OF, scaled
from proof.scenes import Scene
from proof.story import told
from proof.walk import Put, Walked, difference

PERMIT: Final = "dunwell.core.permit"
MODULES: Final = (
    *("rules.frequency", "rules.content", "rules.persons", "rules.visits", "rules.house"),
    *("rules.regulation_f", "rules.closing"),
)
"""In the order in which they import each other."""

Table = Sequence[Rule[Any]]
Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken gate: its tables, or its numbers."""

    name: str
    asking: Callable[[], tuple[Table, Table]] = lambda: (TABLE, CLOSING)
    numbers: Callable[[Numbers], Numbers] = lambda shipped: {}


def all_mutants() -> Iterator[Mutant]:
    """Every mutant: rows, then the rules' own lines, then numbers."""
    yield from _row_mutants()
    for module in MODULES:
        yield from _line_mutants(module)
    yield from _number_mutants()


def story_of(mutant: Mutant, walks: Sequence[Walked]) -> tuple[str, ...] | None:
    """The shortest history that shows the mutant breaking the law; None: nobody noticed."""
    asking, closing = mutant.asking()
    if "closing" in mutant.name:
        return _closing_story(mutant, asking, closing)
    for walked in walks:
        scene = walked.scene
        packs = [scaled(pack.id, scene.caps, _changed(mutant, scene.caps)) for pack in scene.packs]
        gate = compile_gate(packs, table=asking, closing=closing)
        for put in walked.puts.values():
            trouble = _trouble(put, gate, scene)
            if trouble:
                path = walked.path(put.state)
                return told(scene.name, path, put.moment.ask, trouble, scene.begin)
    return _closing_story(mutant, asking, closing)


def _closing_story(mutant: Mutant, asking: Table, closing: Table) -> tuple[str, ...] | None:
    numbers = mutant.numbers(_shipped())
    packs = [scaled(name, CAPS, numbers) for name in ("cn_small_loan", "house")]
    gate = compile_gate(packs, table=asking, closing=closing)
    for note in NOTES:
        trouble = closing_codes(note, gate)
        if trouble:
            return (f"a note closes: {note.told}", f"gate: {trouble[0]}", f"law: {trouble[1]}")
    return None


def _trouble(put: Put, gate: Gate, scene: Scene) -> tuple[str, str] | None:
    try:
        decision = decide(facts=put.facts, gate=gate)
    except (TypeError, AttributeError) as fault:
        return f"falls over: {fault}", "answers"
    return difference(decision, put.expected, put.moment, scene)


def _row_mutants() -> Iterator[Mutant]:
    for number, row in enumerate(ROWS):
        place = "asking" if number < len(TABLE) else "closing"
        name = f"{place} {row.code}"
        yield Mutant(f"{name}: dropped", partial(_rows, number, None))
        yield Mutant(f"{name}: negated", partial(_rows, number, _negated(row)))
        for channel in row.channels:
            left = tuple(each for each in row.channels if each != channel)
            yield Mutant(
                f"{name}: not asked for {channel}",
                partial(_rows, number, replace(row, channels=left)),
            )
        if row.lift is not None:
            other: Any = "consent" if row.lift == "approval" else "approval"
            yield Mutant(
                f"{name}: lifted by {other} instead of {row.lift}",
                partial(_rows, number, replace(row, lift=other)),
            )
        if row.window is not None:
            yield Mutant(
                f"{name}: its window is forgotten",
                partial(_rows, number, replace(row, window=None)),
            )


def _rows(number: int, row: Rule[Any] | None) -> tuple[Table, Table]:
    rows: list[Rule[Any] | None] = [*TABLE, *CLOSING]
    rows[number] = row
    asking, closing = rows[: len(TABLE)], rows[len(TABLE) :]
    return [row for row in asking if row], [row for row in closing if row]


def _negated(row: Rule[Any]) -> Rule[Any]:
    def check(facts: Any, limits: Any) -> Finding | None:
        found = row.check(facts, limits)
        return Finding(row.code, "refuse") if found is None else None

    return replace(row, check=check)


def _number_mutants() -> Iterator[Mutant]:
    shipped = _shipped()
    for name, value in shipped.items():
        choices = NUMBERS[name].choices
        for step in (-1, 1):
            if not choices or 0 <= value + step < len(choices):
                yield Mutant(f"{name} {step:+d}", numbers=_stepped({name: step}))
    for first, last in (
        ("contact.quiet_until", "contact.quiet_from"),
        ("sms.open_from", "sms.open_until"),
        ("contact.local_open_from", "contact.local_open_until"),
    ):
        for step in (-60, 60):
            name = f"window {first} to {last} {step:+d} min"
            yield Mutant(name, numbers=_stepped({first: step, last: step}))


def _stepped(steps: Numbers) -> Callable[[Numbers], Numbers]:
    return lambda given: {name: given[name] + step for name, step in steps.items()}


def _shipped() -> dict[str, int]:
    return {
        name: parameter.value_on(MONDAY.date())
        for pack in ("cn_small_loan", "house", "us_reg_f")
        for name, parameter in shipped_pack(pack).parameters.items()
        if name in NUMBERS
    }


def _changed(mutant: Mutant, caps: Numbers) -> Numbers:
    """The mutant's numbers, a step away from the scene's caps where these are scaled."""
    given = {**_shipped(), **{name: caps[cap] for name, cap in CAP_OF.items()}}
    return mutant.numbers(given)


def _line_mutants(module: str) -> Iterator[Mutant]:
    source = _source(module)
    tree, lines = ast.parse(source), source.splitlines()
    for number, (line, what, _) in enumerate(_changes(tree)):
        yield Mutant(
            f"{module} `{lines[line - 1].strip()}`: {what}",
            partial(_mutated_tables, module, number),
        )


def _source(module: str) -> str:
    path = files(PERMIT).joinpath(*module.split(".")[:-1], f"{module.split('.')[-1]}.py")
    return path.read_text("utf-8")


def _mutated_tables(module: str, number: int) -> tuple[Table, Table]:
    """The tables, made anew from sources of which one has one change."""
    made: dict[str, ModuleType] = {f"{PERMIT}.rules": ModuleType(f"{PERMIT}.rules")}

    def look_up(name: str, *rest: Any) -> Any:
        return made[name] if name in made else builtins.__import__(name, *rest)

    for each in (*MODULES, "table"):
        tree = ast.parse(_source(each))
        if each == module:
            list(_changes(tree))[number][2]()
        full = f"{PERMIT}.{each}"
        fresh = ModuleType(full)
        fresh.__dict__["__builtins__"] = {**vars(builtins), "__import__": look_up}
        exec(compile(ast.fix_missing_locations(tree), full, "exec"), fresh.__dict__)
        made[full] = fresh
        setattr(made[f"{PERMIT}.rules"], each.rpartition(".")[2], fresh)
    table = made[f"{PERMIT}.table"]
    return table.TABLE, table.CLOSING


Change = tuple[int, str, Callable[[], None]]
_COMPARED: Final[Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_WEIGHTS: Final = {"refuse": "warn", "needs_approval": "refuse", "warn": "refuse"}


def _changes(tree: ast.AST) -> Iterator[Change]:
    """Every change of a source: comparisons, and/or, not, conditions, numbers, weights."""
    for node in _inside(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Compare):
            for place, op in enumerate(node.ops):
                for other in _COMPARED[type(op)]:
                    what = f"{type(op).__name__} becomes {other.__name__}"
                    yield line, what, partial(_put, node.ops, place, other())
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and type(part.value) is int:
                    for step in (-1, 1):
                        what = f"{part.value} becomes {part.value + step}"
                        yield line, what, partial(setattr, part, "value", part.value + step)
        elif isinstance(node, ast.BoolOp):
            flipped = ast.Or if isinstance(node.op, ast.And) else ast.And
            what = f"{type(node.op).__name__} becomes {flipped.__name__}"
            yield line, what, partial(setattr, node, "op", flipped())
        elif isinstance(node, (ast.If, ast.IfExp)) and not isinstance(
            node.test, (ast.Compare, ast.BoolOp)
        ):
            yield line, "the condition is negated", partial(_negate, node)
        elif isinstance(node, ast.Constant) and node.value in _WEIGHTS:
            heavier = _WEIGHTS[node.value]
            what = f"{node.value} becomes {heavier}"
            yield line, what, partial(setattr, node, "value", heavier)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.Assert, ast.Expr)):
            yield child
            yield from _inside(child)


def _put(ops: list[ast.cmpop], place: int, op: ast.cmpop) -> None:
    ops[place] = op


def _negate(node: ast.If | ast.IfExp) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)
