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


@dataclass(frozen=True)
class Kannel:
    """A running Kannel: where it takes messages."""

    url: str


@contextmanager
def kannel(folder: Path, *, peer: Smsc, reply_url: str) -> Iterator[Kannel]:
    """bearerbox and smsbox until the block ends."""
    admin, box, sendsms = _free_ports(3)
    file = folder / "kannel.conf"
    file.write_text(
        CONFIGURATION.format(
            admin=admin, box=box, sendsms=sendsms, smsc=peer.port, user=USER, password=PASSWORD,
            reply_url=reply_url,
        )
    )  # fmt: skip
    with ExitStack() as running:
        running.enter_context(_process("/usr/sbin/bearerbox", file, port=box))
        running.enter_context(_process("/usr/sbin/smsbox", file, port=sendsms))
        yield Kannel(f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms")


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
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            try:
                process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"kannel ended with {process.returncode}") from None
    raise AssertionError("kannel does not start")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
