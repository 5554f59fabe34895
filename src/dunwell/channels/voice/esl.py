"""FreeSWITCH by its Event Socket (ESL): the officer's extension rings, then the number.

Protocol: developer.signalwire.com, mod_event_socket: auth, then `bgapi originate`, which
answers at once with a Job-UUID. How the call went is the officer's note.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dunwell.channels.voice.lines import ControlSocket, connected, dialable
from dunwell.flows.contact.ports import Dialled, UsedPermit, VoiceRefused

NAME = "esl"
MOST_BLOCKS = 200


@dataclass(frozen=True, slots=True)
class FreeSwitch:
    """One FreeSWITCH. `officer` and `outward` hold {line} and {number}."""

    host: str
    port: int
    password: str = field(repr=False)
    officer: str = "user/{line}"
    outward: str = "sofia/gateway/default/{number}"
    seconds: float = 10.0

    def dial(self, *, permit: UsedPermit, number: str, line: str) -> Dialled:
        """Ring the officer's extension and join it to the number."""
        officer = self.officer.format(line=dialable(line))
        outward = self.outward.format(number=dialable(number))
        with connected(self.host, self.port, seconds=self.seconds) as control:
            if self._block(control, "auth/request") is None:
                raise ConnectionError("the switch does not ask for a password")
            self._ask(control, f"auth {self.password}", "auth")
            told = f"{{origination_caller_id_name=dunwell-{permit.permit}}}"
            answer = self._ask(
                control, f"bgapi originate {told}{officer} &bridge({outward})", "originate"
            )
            control.write("exit", end="\n")
        return Dialled("ringing", answer.get("job-uuid", f"dunwell-{permit.permit}"))

    def _ask(self, control: ControlSocket, order: str, name: str) -> dict[str, str]:
        control.write(order, end="\n")
        answer = self._block(control, "command/reply")
        if answer is None or not answer.get("reply-text", "").startswith("+OK"):
            raise VoiceRefused(f"ESL {name}")
        return answer

    def _block(self, control: ControlSocket, wanted: str) -> dict[str, str] | None:
        """The next block of that content type; others and their bodies are passed over."""
        for _ in range(MOST_BLOCKS):
            found = control.headers()
            if "content-length" in found:
                control.body(int(found["content-length"]))
            if found.get("content-type") == wanted:
                return found
        return None
