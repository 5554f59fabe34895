"""Debian's Kannel between us and the SMSC of peer.pl: HTTP in, SMPP out, reports back by HTTP."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.channels.sms.smsc import Smsc

USER, PASSWORD = "dunwell", "kannel-secret"

CONFIGURATION = """
group = core
admin-port = {admin}
admin-password = test
admin-interface = "127.0.0.1"
smsbox-port = {box}
smsbox-interface = "127.0.0.1"
box-allow-ip = "127.0.0.1"

group = smsc
smsc = smpp
smsc-id = peer
host = 127.0.0.1
port = {smsc}
smsc-username = kannel
smsc-password = secret
system-type = ""
transceiver-mode = true
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {sendsms}
sendsms-interface = "127.0.0.1"
global-sender = 10690000

group = sendsms-user
username = {user}
password = {password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{reply_url}&phone=%p&text=%b&charset=%C&id=%I"
"""


PATIENCE_SECONDS = 60
TRIES = 3
"""Kannel cannot choose its ports by itself, and a free one may be taken meanwhile."""


class KannelEnded(AssertionError):
    """It ended by itself: a port it was told was taken."""


@dataclass(frozen=True)
class Kannel:
    """A running Kannel: where it takes messages."""

    url: str


@contextmanager
def kannel(folder: Path, *, peer: Smsc, reply_url: str) -> Iterator[Kannel]:
    """bearerbox and smsbox until the block ends."""
    with ExitStack() as running:
        for tries_left in reversed(range(TRIES)):
            try:
                sendsms = _started(running, folder, peer, reply_url)
                break
            except KannelEnded:
                running.close()
                if not tries_left:
                    raise
        yield Kannel(f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms")


def _started(running: ExitStack, folder: Path, peer: Smsc, reply_url: str) -> int:
    """Both boxes on ports that were free a moment ago; the port that takes messages."""
    admin, box, sendsms = _free_ports(3)
    file = folder / "kannel.conf"
    file.write_text(
        CONFIGURATION.format(
            admin=admin, box=box, sendsms=sendsms, smsc=peer.port, user=USER, password=PASSWORD,
            reply_url=reply_url,
        )
    )  # fmt: skip
    running.enter_context(_process("/usr/sbin/bearerbox", file, port=box))
    running.enter_context(_process("/usr/sbin/smsbox", file, port=sendsms))
    return sendsms


@contextmanager
def _process(program: str, file: Path, *, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [program, "-v", "4", str(file)], cwd=file.parent, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _until_open(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_open(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            try:
                process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            raise KannelEnded(f"kannel ended with {process.returncode}") from None
    raise AssertionError("kannel does not start")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
