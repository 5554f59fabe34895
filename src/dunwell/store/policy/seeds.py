"""The shipped parameters: what counts before anybody at the lender decided otherwise.

Reads dunwell.packs from the wheel; no Django, no database, so that stateless
commands use it too. A parameter's name is its path in the pack with dots:
packs/house/case/entry_least_days.yaml is `case.entry_least_days`. The manifest beside the
folders (pack.yaml) and the folder of the lexicon hold none. Numbers of the gate are not
among the seeds: they change by publishing a pack, not by setting one value.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

import yaml

from dunwell.core.params import KeyTwice, Parameter, WrongValue, parse_parameter
from dunwell.core.permit.limits import FOLDERS, NUMBERS
from dunwell.core.refusal import Refusal

HOUSE = "house"

NOT_PARAMETERS = frozenset(
    {
        "cards",
        "dispositions",
        "experiments",
        "five_classes",
        "gains",
        "locate",
        "messages",
        "put_off",
        "scripts",
        "strategy",
        "wording",
    }
)
"""Folders of a pack that hold other data, each read by the room of that name."""
PACK_FILE = "pack.yaml"
"""What a pack says of itself; not a parameter."""


class NoSuchParameter(Refusal):
    """A name that no shipped parameter has. Figures: parameter, allowed."""

    code = "POLICY-NO-SUCH-PARAMETER"


class PublishedOnly(Refusal):
    """A number of the gate, which two persons publish and nobody sets. Figures: parameter."""

    code = "POLICY-PUBLISHED-ONLY"


def seed(name: str) -> Parameter:
    """The shipped parameter of that name.

    Refuses (PublishedOnly) a number of the gate and (NoSuchParameter) any other name.
    """
    found = seeds().get(name)
    if found is None:
        if name in NUMBERS:
            raise PublishedOnly(parameter=name)
        raise NoSuchParameter(parameter=name, allowed=sorted(seeds()))
    return found


@cache
def seeds(pack: str = HOUSE) -> Mapping[str, Parameter]:
    """Every parameter of a pack but the gate's, by name.

    Refuses what `read_parameter` refuses, at first use.
    """
    found = read_folder(files("dunwell.packs").joinpath(pack), pack=pack)
    return MappingProxyType(
        {name: p for name, p in found.items() if name.partition(".")[0] not in FOLDERS}
    )


def read_folder(root: Traversable, *, pack: str) -> dict[str, Parameter]:
    """Every parameter below `root` by name, in order. Refuses what `read_parameter` refuses."""
    found = {
        name.removesuffix(".yaml").replace("/", "."): read_parameter(
            file.read_bytes(), file=f"{pack}/{name}"
        )
        for folder in root.iterdir()
        if folder.is_dir() and folder.name not in NOT_PARAMETERS
        for name, file in _yaml_files(folder, f"{folder.name}/")
    }
    return dict(sorted(found.items()))


def read_parameter(text: str | bytes, *, file: str) -> Parameter:
    """Read one parameter file. Refuses text that is not YAML, a key that stands twice, and
    what `parse_parameter` refuses."""
    return parse_parameter(read_yaml(text, file=file), file=file)


def read_yaml(text: str | bytes, *, file: str) -> object:
    """The content of one YAML file. Refuses other text (WrongValue) and keys that stand twice."""
    try:
        loader = _OnceLoader(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except (UnicodeDecodeError, yaml.reader.ReaderError):
        raise WrongValue(file=file, path="file", value="", allowed="UTF-8") from None
    loader.file = file
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongValue(file=file, path=f"line {line}", value="", allowed="YAML") from None
    except RecursionError:
        raise WrongValue(file=file, path="file", value="", allowed="YAML") from None
    except ValueError as error:  # a date that the calendar does not have
        raise WrongValue(file=file, path="file", value=str(error), allowed="YYYY-MM-DD") from None


class _OnceLoader(yaml.SafeLoader):
    """YAML that refuses a key standing twice: two values for one day must not hide each other."""

    file = ""


def _mapping_once(loader: _OnceLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    content: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(problem_mark=key_node.start_mark)
        if key in content:
            path = f"line {key_node.start_mark.line + 1}"
            raise KeyTwice(file=loader.file, path=path, value=str(key))
        content[key] = loader.construct_object(value_node, deep=True)
    return content


_OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_once)


def _yaml_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _yaml_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield f"{prefix}{entry.name}", entry
