"""A pack as it is written: the manifest (pack.yaml) and the numbers beside it, made one record.

Called by store.policy.packs with what it read from YAML. A spelling mistake stops the
load, with the file, the path in it and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from dunwell.core.params import (
    Force,
    Parameter,
    Read,
    WrongDates,
    WrongValue,
    day_in,
    keyed,
    one_of,
    optional_text_in,
    text_in,
)
from dunwell.core.permit.limits import FOLDERS, NUMBERS
from dunwell.core.permit.packs import Pack, RuleSource
from dunwell.core.permit.table import CODES, ROWS

_KEYS = ("id", "title", "title_en", "checked_on", "recheck_by", "rules")
_RULE_KEYS = ("title", "title_en", "source", "force", "read")
_OPTIONAL_RULE_KEYS = ("source_en",)


def parse_pack(content: object, *, parameters: Mapping[str, Parameter], folder: str) -> Pack:
    """Make one pack of its manifest and its numbers.

    Refuses unknown or missing keys (WrongKeys); a rule the table does not know, a number
    of the gate's folders that no rule reads, or that counts in another unit, and a
    parameter id that stands twice (WrongValue); a recheck before the check (WrongDates).
    """
    file = f"{folder}/pack.yaml"
    fields = keyed(content, file, "", _KEYS, ())
    name = text_in(fields["id"], file, "id")
    if name != folder:
        raise WrongValue(file=file, path="id", value=name, allowed=folder)
    checked_on = day_in(fields["checked_on"], file, "checked_on")
    recheck_by = day_in(fields["recheck_by"], file, "recheck_by")
    if recheck_by <= checked_on:
        raise WrongDates(file=file, path="recheck_by", value=recheck_by.isoformat())
    pack = Pack(
        id=name,
        title=text_in(fields["title"], file, "title"),
        title_en=text_in(fields["title_en"], file, "title_en"),
        checked_on=checked_on,
        recheck_by=recheck_by,
        rules=_rules(fields["rules"], file),
        parameters=dict(parameters),
    )
    _check_numbers(pack)
    return pack


def _rules(content: object, file: str) -> dict[str, RuleSource]:
    if not isinstance(content, Mapping) or not content:
        raise WrongValue(file=file, path="rules", value=content, allowed="mapping")
    return {
        one_of(code, sorted(CODES), file, "rules"): _rule(entry, file, f"rules.{code}")
        for code, entry in content.items()
    }


def _rule(content: object, file: str, path: str) -> RuleSource:
    fields = keyed(content, file, path, _RULE_KEYS, _OPTIONAL_RULE_KEYS)
    return RuleSource(
        title=text_in(fields["title"], file, f"{path}.title"),
        title_en=text_in(fields["title_en"], file, f"{path}.title_en"),
        source=text_in(fields["source"], file, f"{path}.source"),
        force=one_of(fields["force"], get_args(Force), file, f"{path}.force"),  # type: ignore[arg-type]  # one of them
        read=one_of(fields["read"], get_args(Read), file, f"{path}.read"),  # type: ignore[arg-type]  # one of them
        source_en=optional_text_in(fields, "source_en", file, path),
    )


def _check_numbers(pack: Pack) -> None:
    ids: dict[str, str] = {}
    for name, parameter in pack.parameters.items():
        file = f"{pack.id}/{name.replace('.', '/')}.yaml"
        if parameter.id in ids:
            raise WrongValue(
                file=file, path="id", value=parameter.id, allowed=f"≠ {ids[parameter.id]}"
            )
        ids[parameter.id] = name
        if name.partition(".")[0] in FOLDERS:
            _check_number(name, parameter, file)
    for rule in ROWS:
        missing = [number for number in rule.parameters if number not in pack.parameters]
        if rule.code in pack.rules and missing:
            path = f"rules.{rule.code}"
            allowed = " + ".join(f"{number.replace('.', '/')}.yaml" for number in missing)
            raise WrongValue(
                file=f"{pack.id}/pack.yaml", path=path, value=rule.code, allowed=allowed
            )


def _check_number(name: str, parameter: Parameter, file: str) -> None:
    expected = NUMBERS.get(name)
    if expected is None:
        raise WrongValue(file=file, path="file", value=name, allowed=sorted(NUMBERS))
    for path, is_, should_be in (
        ("unit", parameter.unit, expected.unit),
        ("stricter", parameter.stricter, expected.stricter),
        ("choices", parameter.choices, expected.choices),
    ):
        if is_ != should_be:
            raise WrongValue(file=file, path=path, value=is_, allowed=should_be)
    if not parameter.title_en:
        raise WrongValue(file=file, path="title_en", value="", allowed="text")
