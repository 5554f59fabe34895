"""The templates of messages as shipped, by id; no database, so that stateless commands use it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from dunwell.core.message import Template, parse_template
from dunwell.core.refusal import Refusal
from dunwell.store.policy.seeds import HOUSE, read_yaml

FOLDER = "messages"


class NoSuchTemplate(Refusal):
    """No template of that id. Figures: template, allowed."""

    code = "MESSAGE-NO-SUCH-TEMPLATE"


def template_named(name: str) -> Template:
    """The template of that id. Refuses NoSuchTemplate."""
    found = templates().get(name)
    if found is None:
        raise NoSuchTemplate(template=name, allowed=sorted(templates()))
    return found


@cache
def templates() -> Mapping[str, Template]:
    """Every template by id. Refuses what core.message.parse_template refuses, at first use."""
    folder = files("dunwell.packs").joinpath(HOUSE, FOLDER)
    found: dict[str, Template] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            name = f"{HOUSE}/{FOLDER}/{file.name}"
            template = parse_template(read_yaml(file.read_text("utf-8"), file=name), file=name)
            assert template.id not in found, name
            found[template.id] = template
    return found
