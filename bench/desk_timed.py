"""What an answer of bench/desk.py took at the server: the outermost middleware says it in a header.

From the moment a thread of the server begins with a request until its answer is made: what the
processor did for it, and what went by meanwhile. The way to the server and back, and waiting
for a thread, are not in it; waiting for the processor, for locks and for the database is.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "Server-Timing"


class Timed:
    """Adds `Server-Timing: all;dur=12.3, cpu;dur=4.5`, in milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun, used = time.perf_counter(), time.thread_time()
        response = self.get_response(request)
        spent, used = time.perf_counter() - begun, time.thread_time() - used
        response.headers[HEADER] = f"all;dur={spent * 1000:.3f}, cpu;dur={used * 1000:.3f}"
        return response


def told(header: str) -> tuple[float, float]:
    """What a header says: milliseconds until the answer, and of the processor."""
    spent, used = (float(part.split("=")[1]) for part in header.split(","))
    return spent, used
