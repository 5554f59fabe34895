"""Starts the SMSC of peer.pl and reads what it wrote down: who was sent what, how often."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from dunwell.channels.sms.smpp_text import from_gsm

SCRIPT = Path(__file__).with_name("peer.pl")


class Submitted(NamedTuple):
    """One submit_sm as the SMSC saw it."""

    number: str
    data: bytes
    data_coding: int
    esm_class: int
    registered_delivery: int
    tag: int | None
    gateway_id: str
    fate: str

    @property
    def text(self) -> str:
        """The words of the part."""
        body = self.data[6:] if self.esm_class & 0x40 else self.data
        return body.decode("utf-16-be") if self.data_coding == 8 else from_gsm(body)


@dataclass
class Smsc:
    """A running SMSC."""

    port: int
    log: Path
    _stdin: IO[str]

    def tell(self, command: str) -> None:
        """Give it a command of peer.pl."""
        self._stdin.write(command + "\n")
        self._stdin.flush()

    def seen(self) -> list[Submitted]:
        """Every submit_sm so far."""
        rows = []
        # A line that is being written is not there yet.
        for line in self.log.read_text().rpartition("\n")[0].splitlines():
            number, data, coding, esm, registered, tag, gateway_id, fate = line.split("\t")
            rows.append(
                Submitted(
                    number, bytes.fromhex(data), int(coding), int(esm), int(registered),
                    int(tag) if tag else None, gateway_id, fate,
                )
            )  # fmt: skip
        return rows

    def took(self) -> Counter[tuple[str, bytes]]:
        """How often it took each part to each number."""
        return Counter((row.number, row.data) for row in self.seen() if row.gateway_id)


@contextmanager
def smsc(folder: Path, **habits: int | str) -> Iterator[Smsc]:
    """An SMSC with these habits, until the block ends."""
    log = folder / "smsc.log"
    log.touch()
    with subprocess.Popen(
        ["perl", str(SCRIPT), str(log), *(f"{name}={value}" for name, value in habits.items())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        port = process.stdout.readline().strip()
        assert port, "peer.pl did not start: is libnet-smpp-perl installed?"
        try:
            yield Smsc(int(port), log, process.stdin)
        finally:
            process.stdin.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
