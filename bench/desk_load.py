"""The collectors of bench/desk.py: each a thread with a session, going round and round."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from typing import Any, NamedTuple

from bench.desk_timed import HEADER, told

TOKEN = "b" * 32
NOTE = {"channel": "call", "number_code": "NOAS", "next_step": "call"}


class Seat(NamedTuple):
    """One collector: the session's cookie, the staff number, a case to read bare."""

    session: str
    staff: int
    bare: int


class Took(NamedTuple):
    """What one answer took, in milliseconds: the whole of it, at the server, of its processor.

    `number` is a case where it was shown to `desk:staff`.
    """

    name: str
    whole: float = 0.0
    server: float = 0.0
    processor: float = 0.0
    number: int = 0


def load(port: int, seats: list[Seat], warm: float, seconds: float, per_round: float) -> list[Took]:
    """Everything these collectors measured after the first `warm` seconds."""
    took: list[Took] = []
    until = time.monotonic() + warm + seconds
    threads = [
        threading.Thread(target=_sit, args=(port, seat, until, per_round, took)) for seat in seats
    ]
    for thread in threads:
        thread.start()
    time.sleep(warm)
    # What was slow because nothing was compiled or connected yet is not measured; what was
    # shown then counts: no case may lie on two desks.
    took[:] = [each for each in took if each.name.startswith("desk:")]
    for thread in threads:
        thread.join()
    return took


def _sit(port: int, seat: Seat, until: float, per_round: float, took: list[Took]) -> None:
    draw = random.Random(seat.staff)
    time.sleep(draw.random() * per_round)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    after = 0
    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            after = _round(line, seat, after, took)
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            took.append(Took("refused"))
            print(f"{type(error).__name__}: {error}"[:200], flush=True)
        line.close()  # the server keeps an idle connection for two seconds only
        rest = per_round * draw.uniform(0.6, 1.4) - (time.monotonic() - begun)
        time.sleep(max(0.0, min(rest, until - time.monotonic())))


def _round(line: http.client.HTTPConnection, seat: Seat, after: int, took: list[Took]) -> int:
    """One case from the next-case button to the saved record; answers its number."""
    _ask(line, seat, "bare page", f"/bare/{seat.bare}/", took)
    _body, there = _ask(line, seat, "next case", f"/desk/next/?after={after}", took)
    case = int(there.split("/")[2])
    took.append(Took(f"desk:{seat.staff}", number=case))
    page, _there = _ask(line, seat, "case open", f"/desk/{case}/", took)
    marked = page[page.index(b"data-dial=") + 11 :]
    contact = int(marked[: marked.index(b'"')])
    called, _there = _ask(
        line, seat, "call", f"/desk/{case}/dial/", took, {"contact": contact, "draft": NOTE}
    )
    permit = json.loads(called)["permit"]
    _ask(line, seat, "note save", f"/desk/{case}/save/", took, {"draft": NOTE, "permit": permit})
    return case


def _ask(
    line: http.client.HTTPConnection,
    seat: Seat,
    name: str,
    path: str,
    took: list[Took],
    body: dict[str, Any] | None = None,
) -> tuple[bytes, str]:
    headers = {"Cookie": f"sessionid={seat.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
    sent = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        sent = json.dumps(body)
    begun = time.perf_counter()
    line.request("POST" if sent else "GET", path, body=sent, headers=headers)
    answer = line.getresponse()
    content = answer.read()
    whole = (time.perf_counter() - begun) * 1000
    if answer.status not in (200, 302):
        raise ValueError(f"{name} {path} {answer.status} {content[-300:]!r}")
    took.append(Took(name, whole, *told(answer.headers[HEADER])))
    return content, answer.headers.get("Location", "")
