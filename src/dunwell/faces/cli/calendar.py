"""`dunwell policy calendar`: a year's holidays entered from a file, and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.refusal import Refusal
from dunwell.faces.cli.telling import answer, tell
from dunwell.flows.house.calendar_file import read_calendar
from dunwell.flows.house.enter_calendar import Entered, enter_calendar, show_calendar
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="放假日历 / holidays")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


class FileUnread(Refusal):
    """A calendar file that cannot be read. Figures: file."""

    code = "CALENDAR-UNREAD"


@app.callback()
def _calendar() -> None:
    """放假日历：闸门在日历未知的年份拒绝一切联系 / without the year the gate refuses."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV：date,kind（holiday、workday）/ a year's days")],
    source: Annotated[
        str, typer.Option(help="通知名称和文号，记入日志 / the notice it is taken from")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查 / only check")] = False,
    as_json: AsJson = False,
) -> None:
    """录入一年的放假和调休 / enter a year's holidays and working weekends."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise FileUnread(file=file.name) from None
    entered = enter_calendar(
        actor=system_actor("command-line"),
        day=timezone.localdate(),
        now=timezone.now(),
        calendar=read_calendar(text, file=file.name),
        source=source,
        dry_run=dry_run,
    )
    if as_json:
        answer(_as_json(entered))
        return
    kinds = list(entered.calendar.days.values())
    tell(
        "CALENDAR-CHECKED" if dry_run else "CALENDAR-ENTERED",
        year=entered.calendar.year,
        holidays=kinds.count("holiday"),
        workdays=kinds.count("workday"),
        known_until=entered.ends.known_until,
    )


@app.command()
def show(
    year: Annotated[int, typer.Argument(help="年份 / the year")], as_json: AsJson = False
) -> None:
    """看一年的放假和调休 / show a year's days."""
    found = show_calendar(actor=system_actor("command-line"), day=timezone.localdate(), year=year)
    if as_json:
        answer(
            {"year": found.year, "source": found.source, "entered_at": found.set_at,
             "entered_by": found.set_by_label, "days": found.content}
        )  # fmt: skip
        return
    tell("CALENDAR-SHOWN", year=year, source=found.source, by=found.set_by_label)
    for day, kind in found.content.items():
        print(f"{day},{kind}")


def _as_json(entered: Entered) -> dict[str, Any]:
    return {
        "year": entered.calendar.year,
        "days": entered.calendar.days,
        "source": entered.source,
        "dry_run": entered.dry_run,
        "known_until": entered.ends.known_until,
    }
