"""Drafts of policy documents: a text somebody works on, and what its preview showed.

Called by the pages of strategy. A draft lies in a folder of its own under the home and is seen
by who made it only; it is no version of anything and is thrown away after a while. The preview
runs in a worker, because on a large book it takes a minute; how far it is stands beside it.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.improve.preview_strategy import preview_strategy
from dunwell.flows.improve.publish_document import WantedDocument, propose_document
from dunwell.flows.improve.refusals import NoSuchDraft, PreviewBroken
from dunwell.flows.prepare.day_steps import Clock, StepNews
from dunwell.flows.prepare.upload_work import is_alive
from dunwell.flows.prepare.uploads import read_json, write_json
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.document_kinds import MAIN, check_kind
from dunwell.store.policy.documents import find_in_force, hash_of_text
from dunwell.store.policy.models import Document

KEPT_DAYS = 14
_TOKEN = re.compile(r"[0-9a-f]{16}")
STEPS = ("snapshot", "extract", "age", "roll_up", "decide", "features", "grade", "strategy")
"""The steps of a preview, as the day run names them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way. `lender` None: for every lender without one of its own."""

    token: str
    staff: int
    kind: str
    name: str
    lender: int | None
    text: str
    base: str
    """The text it began from: that in force; empty where nothing was."""

    @property
    def changed(self) -> bool:
        """Whether anything differs from the text it began from."""
        return self.text != self.base


@dataclass(frozen=True, slots=True)
class Looked:
    """How the preview of a draft stands. `found` is None while it runs or where it broke."""

    step: int
    alive: bool
    broken: str
    found: dict[str, Any] | None


def begin_draft(
    *,
    actor: Actor,
    day: date,
    home: Path,
    kind: str,
    lender: int | None,
    name: str = MAIN,
    text: str | None = None,
) -> Draft:
    """A draft of the text in force on `day` (or of `text`). Refuses NotPermitted, NoSuchKind."""
    require(actor, "strategy.propose", day=day, lender=lender)
    check_kind(kind)
    assert actor.staff is not None  # no machine may propose
    found = find_in_force(kind=kind, lender=lender, day=day, name=name)
    if found is None and name != MAIN:
        found = find_in_force(kind=kind, lender=lender, day=day)
    base = found.text if found else ""
    _throw_away_old(home, day)
    draft = Draft(
        secrets.token_hex(8), actor.staff, kind, name, lender, base if text is None else text, base
    )
    _folder(home, draft.token).mkdir(parents=True, mode=0o700)
    return _kept(home, draft)


def draft_of(*, actor: Actor, home: Path, token: str) -> Draft:
    """The actor's own draft. Refuses NoSuchDraft."""
    said = None
    if _TOKEN.fullmatch(token):
        said = read_json(_folder(home, token) / "draft.json")
    if said is None or said["staff"] != actor.staff:
        raise NoSuchDraft(draft=token[:16])
    return Draft(**said)


def rewrite_draft(*, actor: Actor, home: Path, token: str, text: str) -> Draft:
    """Another text in the draft; what was previewed no longer counts. Refuses NoSuchDraft."""
    draft = draft_of(actor=actor, home=home, token=token)
    plain = text.replace("\r\n", "\n")
    return _kept(home, replace(draft, text=plain if plain.endswith("\n") else f"{plain}\n"))


def begin_look(*, actor: Actor, home: Path, token: str, start: Callable[[], int]) -> None:
    """Let a worker preview the draft; `start` answers its process id. Refuses NoSuchDraft."""
    draft = draft_of(actor=actor, home=home, token=token)
    found = looked(home=home, draft=draft)
    if found is not None and found.alive:
        return
    (_folder(home, token) / "seen.json").unlink(missing_ok=True)
    _tell(home, draft, step=0, pid=os.getpid())
    pid = start()
    said = read_json(_folder(home, token) / "news.json")
    if said is not None and said["pid"] == os.getpid():
        _tell(home, draft, step=0, pid=pid)


def looked(*, home: Path, draft: Draft) -> Looked | None:
    """What is known of the preview of the text as it is now; None: nobody asked for it."""
    said = read_json(_folder(home, draft.token) / "news.json")
    if said is None or said["hash"] != hash_of_text(draft.text):
        return None
    found = read_json(_folder(home, draft.token) / "seen.json")
    done = found is not None or bool(said["broken"])
    alive = not done and is_alive(said["pid"])
    broken = said["broken"] or ("" if alive or found is not None else PreviewBroken.code)
    return Looked(said["step"], alive, broken, found)


def look(*, actor: Actor, day: date, clock: Clock, home: Path, token: str) -> None:
    """Preview the draft on today's book and keep what was found. Called by the worker.

    What the preview refuses is kept by its code for the page, and refused.
    """
    draft = draft_of(actor=actor, home=home, token=token)
    _tell(home, draft, step=0, pid=os.getpid())

    def hear(news: StepNews) -> None:
        if news.state == "begun" and news.step in STEPS:
            _tell(home, draft, step=STEPS.index(news.step), pid=os.getpid())

    try:
        found = preview_strategy(
            actor=actor, day=day, clock=clock, home=home, text=draft.text, lender=draft.lender,
            kind=draft.kind, hear=hear,
        )  # fmt: skip
    except Exception as fault:
        code = fault.code if isinstance(fault, Refusal) else PreviewBroken.code
        _tell(home, draft, step=0, pid=os.getpid(), broken=code)
        raise
    write_json(_folder(home, token) / "seen.json", found.as_json())


def propose_draft(
    *,
    actor: Actor,
    now: datetime,
    home: Path,
    token: str,
    from_on: date,
    why: str,
    preview: Mapping[str, object] | None = None,
) -> Document:
    """Propose a draft with what its preview showed; then it is thrown away.

    Refuses NoSuchDraft and what propose_document refuses.
    """
    draft = draft_of(actor=actor, home=home, token=token)
    seen = looked(home=home, draft=draft)
    row = propose_document(
        actor=actor,
        now=now,
        wanted=WantedDocument(
            kind=draft.kind, text=draft.text, from_on=from_on, lender=draft.lender, name=draft.name
        ),
        why=why,
        preview={**((seen.found if seen else None) or {}), **(preview or {})},
    )
    discard_draft(actor=actor, home=home, token=token)
    return row


def discard_draft(*, actor: Actor, home: Path, token: str) -> None:
    """Throw a draft away. Refuses NoSuchDraft."""
    draft_of(actor=actor, home=home, token=token)
    shutil.rmtree(_folder(home, token), ignore_errors=True)


def _folder(home: Path, token: str) -> Path:
    return home / "work" / "drafts" / token


def _kept(home: Path, draft: Draft) -> Draft:
    write_json(_folder(home, draft.token) / "draft.json", asdict(draft))
    return draft


def _tell(home: Path, draft: Draft, *, step: int, pid: int, broken: str = "") -> None:
    told = {"hash": hash_of_text(draft.text), "step": step, "pid": pid, "broken": broken}
    write_json(_folder(home, draft.token) / "news.json", told)


def _throw_away_old(home: Path, day: date) -> None:
    root = home / "work" / "drafts"
    if not root.is_dir():
        return
    for folder in root.iterdir():
        made = datetime.fromtimestamp(folder.stat().st_mtime, tz=BEIJING).date()
        if made < day - timedelta(days=KEPT_DAYS):
            shutil.rmtree(folder, ignore_errors=True)
