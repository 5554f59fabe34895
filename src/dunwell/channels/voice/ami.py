"""Asterisk by its Manager Interface (AMI): the officer's extension rings, then the number.

Protocol: docs.asterisk.org, AMI: login, Originate with Async and our ActionID, logoff. The
answer says that the call was queued; how it went is the officer's note.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dunwell.channels.voice.lines import ControlSocket, connected, dialable
from dunwell.flows.contact.ports import Dialled, UsedPermit, VoiceRefused

NAME = "ami"
MOST_BLOCKS = 200


@dataclass(frozen=True, slots=True)
class Asterisk:
    """One Asterisk. `channel` holds {line}, as PJSIP/{line}; `context` is where numbers go out."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    channel: str = "PJSIP/{line}"
    context: str = "from-internal"
    caller_id: str = ""
    seconds: float = 10.0

    def dial(self, *, permit: UsedPermit, number: str, line: str) -> Dialled:
        """Ring the officer's extension and join it to the number."""
        action = f"dunwell-{permit.permit}"
        with connected(self.host, self.port, seconds=self.seconds) as control:
            control.line()  # the greeting: Asterisk Call Manager/x.y.z
            self._ask(control, "login", "Action: Login", f"Username: {self.user}",
                      f"Secret: {self.secret}", "Events: off")  # fmt: skip
            order = [
                "Action: Originate",
                f"Channel: {self.channel.format(line=dialable(line))}",
                f"Exten: {dialable(number)}",
                f"Context: {self.context}",
                "Priority: 1",
                "Async: true",
                "Timeout: 30000",
            ]
            if self.caller_id:
                order.append(f"CallerID: {self.caller_id}")
            self._ask(control, action, *order)
            control.write("Action: Logoff")
        return Dialled("ringing", action)

    def _ask(self, control: ControlSocket, action: str, *lines: str) -> None:
        control.write(*lines, f"ActionID: {action}")
        for _ in range(MOST_BLOCKS):  # events may come between
            answer = control.headers()
            if answer.get("actionid") == action and "response" in answer:
                if answer["response"].lower() != "success":
                    raise VoiceRefused(f"AMI {lines[0].partition(': ')[2]}")
                return
        raise ConnectionError("the switch does not answer")
