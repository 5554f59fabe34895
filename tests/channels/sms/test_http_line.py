"""The generic HTTP line against gateways that misbehave: nothing holds the sender up."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from dunwell.channels.sms.gateway import gateway_from
from dunwell.channels.sms.gateways import FILE, read_gateways
from dunwell.channels.sms.http_line import HttpLine
from dunwell.flows.contact.ports import Handed

Answer = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"


@contextmanager
def gateway(answer: Answer) -> Iterator[int]:
    """A gateway that reads each request and answers it so, until the block ends."""
    door = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = door.accept()
            except OSError:
                return
            with closing(client):
                if client.recv(65536):
                    try:
                        answer(client)
                    except OSError:
                        continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(door.getsockname()[1])
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join()


def line_to(port: int, home: Path) -> HttpLine:
    (home / FILE).write_text(
        f"""
        default = "main"
        [gateways.main]
        kind = "http"
        url = "http://127.0.0.1:{port}/"
        accepted = "ok"
        id = '"id": "(.*)"'
        answer_seconds = 1
        [gateways.main.parameters]
        text = "{{text}}"
        """,
        "utf-8",
    )
    return gateway_from(read_gateways(home).fields("main"), name="main")


def sent(answer: Answer, home: Path) -> Handed:
    with gateway(answer) as port, closing(line_to(port, home)) as line, line() as batch:
        batch.send(permit=None, number="13800138000", text="您好", reference="7")  # type: ignore[arg-type]  # only passed on
        [told] = batch.answers()
    return told


def drop_by_drop(client: socket.socket) -> None:
    client.sendall(HEAD % 1_000_000)
    while True:
        client.sendall(b" ")
        threading.Event().wait(0.1)


def without_end(client: socket.socket) -> None:
    client.sendall(HEAD % 1_000_000_000)
    while True:
        client.sendall(b"ok" * 32_768)


@pytest.mark.parametrize("answer", [drop_by_drop, without_end])
def test_an_answer_without_end_is_unknown_and_holds_nobody_up(
    answer: Answer, tmp_path: Path
) -> None:
    assert sent(answer, tmp_path) == Handed("7", "unknown", code="ReadTimeout")


def test_an_id_is_kept_as_a_state_can_keep_it(tmp_path: Path) -> None:
    body = json.dumps({"ok": 1, "id": "a\0b" + "c" * 200}, ensure_ascii=False).encode()
    body = body.replace(b"\\u0000", b"\0")

    def answer(client: socket.socket) -> None:
        client.sendall(HEAD % len(body) + body)

    told = sent(answer, tmp_path)
    assert told.answer == "accepted" and told.gateway_id == "ab" + "c" * 78
