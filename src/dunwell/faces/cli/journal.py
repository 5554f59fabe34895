"""`dunwell journal`: seal what is new, prove the chains, export their heads."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from dunwell.faces.cli.telling import answer, tell
from dunwell.flows.house.keep_journal import (
    anchor_journal,
    refuse_broken,
    seal_journal,
    verify_journal,
)
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="日志 / the journal")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


@app.callback()
def _journal() -> None:
    """日志：谁、何时、做了什么、为什么 / who did what, when and why."""


@app.command()
def verify(
    anchor: Annotated[
        Path | None, typer.Option(help="与锚点文件核对 / hold against an anchor file")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """验证日志链，断开时退出码为 1 / prove the chains; exit 1 when one is broken."""
    proof = verify_journal(
        actor=system_actor("command-line"), day=timezone.localdate(), anchor=anchor
    )
    if as_json:
        answer({"whole": proof.whole, **asdict(proof)})
        if not proof.whole:
            raise typer.Exit(1)
        return
    for chain in proof.chains:
        if chain.broken is None:
            tell("JOURNAL-CHAIN", stream=chain.stream, sealed=chain.sealed, head=chain.head[:16])
    if proof.unsealed:
        tell("JOURNAL-TAIL", unsealed=proof.unsealed, first=proof.first_unsealed)
    refuse_broken(proof)
    tell("JOURNAL-WHOLE", sealed=sum(chain.sealed for chain in proof.chains))


@app.command()
def seal(as_json: AsJson = False) -> None:
    """把新日志封入链 / seal new entries into their chains."""
    done = seal_journal(
        actor=system_actor("command-line"), day=timezone.localdate(), now=timezone.now()
    )
    if as_json:
        answer(asdict(done))
    else:
        tell("JOURNAL-SEALED", entries=done.entries)


@app.command()
def anchor(
    out: Annotated[Path, typer.Option(help="写到哪个文件 / file to write")],
    as_json: AsJson = False,
) -> None:
    """导出各链的末端，另存他处 / export the heads of the chains, to be kept elsewhere."""
    heads = anchor_journal(
        actor=system_actor("command-line"),
        day=timezone.localdate(),
        now=timezone.now(),
        out=out,
    )
    if as_json:
        answer({"out": str(out), "heads": heads})
    else:
        tell("JOURNAL-ANCHORED", out=out, chains=len(heads))
