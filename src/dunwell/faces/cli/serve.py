"""`dunwell serve`: the web on this machine, behind gunicorn, after looking the house over."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from django.conf import settings

from dunwell.faces.cli.soundness import refuse_unsound
from dunwell.faces.cli.telling import answer, tell

app = typer.Typer(help="网页服务 / the web")


@app.command()
def serve(
    bind: Annotated[str, typer.Option(help="地址和端口 / address and port")] = "127.0.0.1:8000",
    workers: Annotated[int, typer.Option(help="进程数 / processes")] = 2,
    threads: Annotated[int, typer.Option(help="每进程线程数 / threads of each")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """启动网页服务 / serve the web until stopped."""
    refuse_unsound()
    if as_json:
        answer({"url": f"http://{bind}/"})
    else:
        tell("SERVE-AT", url=f"http://{bind}/")
    sys.stdout.flush()
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # Takes this process over, so that a signal sent to it reaches gunicorn itself.
    os.execv(
        sys.executable,
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            bind,
            "--workers",
            str(workers),
            "--threads",
            str(threads),
            "--worker-class",
            "gthread",
            "--no-control-socket",
            "--access-logfile",
            "/dev/null",
            "dunwell.faces.web.wsgi:application",
        ],
    )
