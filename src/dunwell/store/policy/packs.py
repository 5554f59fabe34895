"""The shipped packs of the gate, read from YAML into frozen records; and gates made of them.

Needs no Django and no database, so that `dunwell gate ask` answers without state.
Reading is done once a process; a gate is compiled once per choice of packs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from dunwell.core.params import WrongValue
from dunwell.core.permit import Gate, Pack, compile_gate
from dunwell.core.permit.manifest import parse_pack
from dunwell.core.refusal import Refusal
from dunwell.store.policy.seeds import read_folder, read_yaml

MANIFEST = "pack.yaml"
DEFAULT_PACKS = ("cn_small_loan", "house")
"""What counts unless a question names other packs."""


class NoSuchPack(Refusal):
    """A pack that is not shipped. Figures: pack, allowed."""

    code = "PACK-NO-SUCH"


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs in the wheel, sorted."""
    folders = files("dunwell.packs").iterdir()
    return tuple(sorted(f.name for f in folders if f.is_dir() and f.joinpath(MANIFEST).is_file()))


@cache
def shipped_pack(name: str) -> Pack:
    """One shipped pack. Refuses (NoSuchPack) other names, and what `read_pack` refuses."""
    if name not in shipped_packs():
        raise NoSuchPack(pack=name, allowed=list(shipped_packs()))
    return read_pack(files("dunwell.packs").joinpath(name))


def read_pack(folder: Traversable) -> Pack:
    """The pack in `folder`, whose name is the pack's.

    Refuses a folder without manifest (WrongValue), and every spelling mistake in it with
    file, path and what is allowed (WrongKeys, WrongValue, WrongDates).
    """
    name, manifest = folder.name, folder.joinpath(MANIFEST)
    file = f"{name}/{MANIFEST}"
    if not manifest.is_file():
        raise WrongValue(file=file, path="file", value="", allowed=MANIFEST)
    content = read_yaml(manifest.read_bytes(), file=file)
    return parse_pack(content, parameters=read_folder(folder, pack=name), folder=name)


def shipped_gate(packs: Sequence[str] = DEFAULT_PACKS) -> Gate:
    """The gate of these shipped packs; their order does not matter.

    Refuses (NoSuchPack) other names, and (SamePackTwice) one that is named twice.
    """
    return _gate(tuple(sorted(packs)))


@cache
def _gate(packs: tuple[str, ...]) -> Gate:
    return compile_gate([shipped_pack(name) for name in packs])
