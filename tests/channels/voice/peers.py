"""Switches that speak the protocols: written from their pages, without a line of our adapters.

Each serves one connection after the other on a port of its own and keeps the orders it was
given. `refuse` makes it say no to a call, `hang_up` close the line in the middle.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Switch:
    """A listening switch; subclasses speak."""

    def __init__(self, *, refuse: bool = False, hang_up: bool = False) -> None:
        self.refuse, self.hang_up = refuse, hang_up
        self.orders: list[dict[str, str] | str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                try:
                    self.speak(stream)
                except (OSError, ValueError):
                    continue

    def speak(self, stream) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.close()
        self._thread.join(5)


def say(stream, text: str) -> None:
    stream.write(text.encode())
    stream.flush()


class AsteriskPeer(Switch):
    """AMI 5.0: greets, wants a login, sends an event between, queues calls."""

    def speak(self, stream) -> None:
        say(stream, "Asterisk Call Manager/5.0.4\r\n")
        logged_in = False
        while True:
            order: dict[str, str] = {}
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode().rstrip("\r\n").partition(": ")
                order[name] = value
            if not order:
                return
            self.orders.append(order)
            action, number = order["Action"], order.get("ActionID", "")
            if action == "Login":
                logged_in = (order["Username"], order["Secret"]) == ("dunwell", "s3cret")
                how = "Success" if logged_in else "Error"
                say(stream, f"Response: {how}\r\nActionID: {number}\r\nMessage: m\r\n\r\n")
            elif action == "Logoff":
                say(stream, "Response: Goodbye\r\n\r\n")
                return
            elif action == "Originate" and logged_in:
                if self.hang_up:
                    return
                say(stream, "Event: FullyBooted\r\nPrivilege: system,all\r\n\r\n")
                how = "Error" if self.refuse else "Success"
                say(stream, f"Response: {how}\r\nActionID: {number}\r\nMessage: q\r\n\r\n")


class FreeSwitchPeer(Switch):
    """mod_event_socket: asks for a password, answers orders, sends an event between."""

    def speak(self, stream) -> None:
        say(stream, "Content-Type: auth/request\n\n")
        if self._order(stream) != "auth ClueCon":
            say(stream, "Content-Type: command/reply\nReply-Text: -ERR invalid\n\n")
            return
        say(stream, "Content-Type: command/reply\nReply-Text: +OK accepted\n\n")
        event = "Event-Name: HEARTBEAT\n\n"
        say(stream, f"Content-Length: {len(event)}\nContent-Type: text/event-plain\n\n{event}")
        self._order(stream)
        if self.hang_up:
            return
        if self.refuse:
            say(stream, "Content-Type: command/reply\nReply-Text: -ERR no route\n\n")
            return
        job = "4d1c3f6e-0000-4000-8000-000000000001"
        text = f"Reply-Text: +OK Job-UUID: {job}\nJob-UUID: {job}\n\n"
        say(stream, f"Content-Type: command/reply\n{text}")
        self._order(stream)

    def _order(self, stream) -> str:
        lines = []
        while (line := stream.readline()) not in (b"\n", b""):
            lines.append(line.decode().rstrip("\n"))
        order = "\n".join(lines)
        self.orders.append(order)
        return order


@contextmanager
def running(switch: Switch) -> Iterator[Switch]:
    try:
        yield switch
    finally:
        switch.close()
