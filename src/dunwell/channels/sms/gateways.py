"""Which gateways there are and which lender uses which: DUNWELL_HOME/gateways.toml.

Read by wiring and by the callbacks of gateways. A secret never stands in the file: it names a
file in DUNWELL_HOME that only its owner may read, or an environment variable. A table is read
field by field through `Fields`; a misspelt field is an error, not silence. Without the file
there is the sandbox, which sends nothing. Guide: docs/en/messages.md.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dunwell.channels.sms import sandbox
from dunwell.core.refusal import Refusal

FILE = "gateways.toml"
KINDS = ("sandbox", "smpp", "http", "aliyun", "tencent")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


class GatewaysUnreadable(Refusal):
    """The file is no TOML. Figures: file, found."""

    code = "GATEWAYS-UNREADABLE"


class WrongSetting(Refusal):
    """A field that does not hold what it must. Figures: file, where, found, allowed."""

    code = "GATEWAYS-SETTING"


class NoSuchGateway(Refusal):
    """No gateway of that name. Figures: file, gateway, allowed."""

    code = "GATEWAYS-NO-SUCH"


class SecretInline(Refusal):
    """A secret written into the settings. Figures: file, where."""

    code = "GATEWAYS-SECRET-INLINE"


class SecretMissing(Refusal):
    """The file or variable a secret should be in is not there, or empty. Figures: where, source."""

    code = "GATEWAYS-SECRET-MISSING"


class SecretOpen(Refusal):
    """A file with a secret that others may read. Figures: where, source, mode."""

    code = "GATEWAYS-SECRET-OPEN"


@dataclass(slots=True)
class Fields:
    """One table of the file, read field by field; `done` refuses what nobody asked for."""

    home: Path
    where: str
    content: Mapping[str, Any]
    _read: set[str] = field(default_factory=set)

    def text(
        self,
        name: str,
        default: str | None = None,
        *,
        allowed: Sequence[str] = (),
        most: int | None = None,
    ) -> str:
        """A text of `most` characters; one of `allowed` if some are given. Refuses WrongSetting."""
        value = self._value(name, default, "text")
        if not isinstance(value, str) or (allowed and value not in allowed):
            raise self._wrong(name, value, " | ".join(allowed) or "text")
        if most is not None and len(value) > most:
            raise self._wrong(name, value, f"≤ {most}")
        return value

    def whole(self, name: str, default: int | None = None, *, least: int, most: int) -> int:
        """A whole number in its bounds. Refuses WrongSetting."""
        value = self._value(name, default, f"{least}–{most}")
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._wrong(name, value, f"{least}–{most}")
        return value

    def truth(self, name: str, default: bool) -> bool:
        """true or false. Refuses WrongSetting."""
        value = self._value(name, default, "true | false")
        if not isinstance(value, bool):
            raise self._wrong(name, value, "true | false")
        return value

    def texts(self, name: str) -> Mapping[str, str]:
        """A table of texts, empty where there is none. Refuses WrongSetting."""
        value = self._value(name, {}, "table")
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise self._wrong(name, value, 'name = "text", …')
        return value

    def tables(self, name: str) -> Mapping[str, Fields]:
        """Tables inside this one, by name. Refuses WrongSetting."""
        value = self._value(name, {}, "table")
        if not isinstance(value, dict) or not all(isinstance(v, dict) for v in value.values()):
            raise self._wrong(name, value, f"[{self._place(name)}.NAME]")
        return {
            key: Fields(self.home, f"{self._place(name)}.{key}", inside)
            for key, inside in value.items()
        }

    def secret(self, name: str, *, needed: bool = True, most: int = 500) -> str:
        """The secret a field names, as `{ file = "…" }` or `{ env = "…" }`.

        Refuses SecretInline, SecretMissing, SecretOpen and WrongSetting; answers an empty text
        for one that is not needed and not there.
        """
        allowed = '{ file = "NAME" } | { env = "NAME" }'
        value = self._value(name, None if needed else {}, allowed)
        if value == {} and not needed:
            return ""
        where = self._place(name)
        if isinstance(value, str):
            raise SecretInline(file=FILE, where=where)
        if not isinstance(value, dict) or len(value) != 1:
            raise self._wrong(name, "…", allowed)
        [(kind, source)] = value.items()
        if kind not in ("file", "env") or not isinstance(source, str):
            raise self._wrong(name, "…", allowed)
        if kind == "env":
            found = os.environ.get(source, "")
        else:
            found = self._secret_file(where, source)
        if not found.strip():
            raise SecretMissing(where=where, source=source)
        if len(found.strip()) > most:  # SMPP cuts it silently, and the log-in fails
            raise self._wrong(name, "…", f"≤ {most}")
        return found.strip()

    def done(self) -> None:
        """Nothing stands here that was not asked for. Refuses WrongSetting."""
        for name in self.content:
            if name not in self._read:
                raise self._wrong(name, name, ", ".join(sorted(self._read)))

    def _secret_file(self, where: str, source: str) -> str:
        path = self.home / source
        if not path.is_file():
            return ""
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise SecretOpen(where=where, source=source, mode=f"{mode:04o}")
        return path.read_text("utf-8")

    def _value(self, name: str, default: Any, allowed: str) -> Any:
        self._read.add(name)
        value = self.content.get(name, default)
        if value is None:
            raise self._wrong(name, "–", allowed)
        return value

    def _wrong(self, name: str, found: object, allowed: str) -> WrongSetting:
        return WrongSetting(
            file=FILE, where=self._place(name), found=str(found)[:60], allowed=allowed
        )

    def _place(self, name: str) -> str:
        return f"{self.where}.{name}".lstrip(".")


@dataclass(frozen=True, slots=True)
class Gateways:
    """What the file says."""

    home: Path
    default: str
    lenders: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Any]]

    @property
    def names(self) -> tuple[str, ...]:
        """Every gateway; the sandbox is always there."""
        return tuple(sorted({sandbox.NAME, *self.tables}))

    def of_lender(self, code: str) -> str:
        """The gateway a lender sends through."""
        return self.lenders.get(code, self.default)

    def fields(self, name: str) -> Fields:
        """The table of a gateway, to be read. Refuses NoSuchGateway."""
        if name not in self.names:
            raise NoSuchGateway(file=FILE, gateway=name, allowed=", ".join(self.names))
        content = self.tables.get(name, {"kind": "sandbox"})
        return Fields(self.home, f"gateways.{name}", content)


def read_gateways(home: Path) -> Gateways:
    """What DUNWELL_HOME/gateways.toml says; the sandbox alone where there is none.

    Refuses GatewaysUnreadable, WrongSetting and NoSuchGateway. Secrets and the fields of a
    gateway are read only when its line is opened.
    """
    path = home / FILE
    if not path.exists():
        return Gateways(home, sandbox.NAME, {}, {})
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The message of the parser names the line and column, and quotes nothing.
        raise GatewaysUnreadable(file=FILE, found=str(error)[:120]) from None
    top = Fields(home, "", content)
    tables = {name: table.content for name, table in top.tables("gateways").items()}
    default, lenders = top.text("default", sandbox.NAME), top.texts("lenders")
    top.done()
    for name in tables:
        if not NAME.fullmatch(name):
            raise WrongSetting(
                file=FILE, where="gateways", found=name[:60], allowed="a-z 0-9 -, ≤ 20"
            )
    found = Gateways(home, default, lenders, tables)
    for used in (default, *lenders.values()):
        found.fields(used)
    return found
