"""`dunwell keys`: the key file made, looked at, and its keys replaced."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone

from dunwell.faces.cli.db import make_keys
from dunwell.faces.cli.telling import Watch, answer, tell
from dunwell.flows.house.rotate_keys import rotate_keys
from dunwell.store.people.permissions import system_actor
from dunwell.store.vault import keyring
from dunwell.store.vault.rotation import key_use

app = typer.Typer(no_args_is_help=True, help="密钥 / keys of personal data")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


@app.callback()
def _keys() -> None:
    """密钥：在数据库之外 / keys: kept outside the database."""


@app.command()
def init(as_json: AsJson = False) -> None:
    """生成密钥文件，已有则不动 / make the key file; one that exists is left alone."""
    made = make_keys()
    if as_json:
        answer({"made": made, "file": str(settings.KEYS_FILE)})
    else:
        tell("KEYS-MADE" if made else "KEYS-KEPT", file=settings.KEYS_FILE)


@app.command()
def rotate(
    index: Annotated[bool, typer.Option("--index", help="更换索引密钥 / the index key")] = False,
    as_json: AsJson = False,
) -> None:
    """换新密钥并重新加密，中断后可再次运行 / new key, all values sealed anew; may be rerun."""
    with Watch("KEYS-GOING-ON") as watch:
        done = rotate_keys(
            actor=system_actor("command-line"),
            day=timezone.localdate(),
            now=timezone.now(),
            progress=watch,
            index=index,
        )
    if as_json:
        answer(asdict(done))
    else:
        tell("KEYS-ROTATED", key=done.key, values=done.values, retired=done.retired)


@app.command()
def status(as_json: AsJson = False) -> None:
    """列出密钥及其用量 / list the keys and how many values stand under each."""
    keys = [
        {"id": key.id, "purpose": key.purpose, "state": key.state, "made_at": key.made_at}
        for key in keyring().keys
    ]
    used = key_use()
    if as_json:
        answer({"file": str(settings.KEYS_FILE), "keys": keys, "use": [asdict(u) for u in used]})
        return
    for key in keys:
        count = sum(use.values for use in used if use.key == key["id"])
        tell("KEYS-LINE", **key, values=count if key["purpose"] == "seal" else "–")
