"""A fake of both clouds on this machine: it signs what it got by itself, and answers by that.

Nothing of dunwell is used here. Built from the clouds' public rules: the signature is made
from the bytes that came over the wire.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

KEY_ID, KEY = "test-key-id", "test-key-secret"


@dataclass
class Cloud:
    """What came, and what is answered to a request that is signed rightly."""

    url: str = ""
    answer: tuple[int, Any] = (200, {})
    came: list[dict[str, Any]] = field(default_factory=list)
    wrong: int = 0


def sha(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def rightly_signed(headers: Any, body: bytes) -> bool:
    """Whether Authorization is what the cloud itself would have made of the request."""
    said = headers.get("Authorization", "")
    found = re.fullmatch(
        r"(\S+) Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})", said
    )
    if not found:
        return False
    kind, credential, names, signature = found.groups()
    tencent = kind == "TC3-HMAC-SHA256"
    lines = ""
    for name in names.split(";"):
        value = headers[name].strip()
        lines += f"{name}:{value.lower() if tencent else value}\n"
    canonical = f"POST\n/\n\n{lines}\n{names}\n{sha(body)}".encode()
    if not tencent:
        made = hmac.new(
            KEY.encode(), f"ACS3-HMAC-SHA256\n{sha(canonical)}".encode(), hashlib.sha256
        )
        needed = {"host", "x-acs-action", "x-acs-date", "x-acs-content-sha256"}
        return (
            made.hexdigest() == signature
            and credential == KEY_ID
            and headers["x-acs-content-sha256"] == sha(body)
            and needed <= set(names.split(";"))
        )
    key_id, day, service, end = credential.split("/")
    key = ("TC3" + KEY).encode()
    for part in (day, service, end):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    told = f"TC3-HMAC-SHA256\n{headers['X-TC-Timestamp']}\n{day}/{service}/{end}\n{sha(canonical)}"
    return (
        hmac.new(key, told.encode(), hashlib.sha256).hexdigest() == signature
        and (key_id, service, end) == (KEY_ID, "sms", "tc3_request")
        and {"content-type", "host"} <= set(names.split(";"))
    )


@contextmanager
def cloud() -> Iterator[Cloud]:
    """A cloud that listens until the block ends."""
    kept = Cloud()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not rightly_signed(self.headers, body):
                kept.wrong += 1
                self.reply(403, {"Code": "SignatureDoesNotMatch"})
                return
            is_json = "json" in self.headers["Content-Type"]
            fields = json.loads(body) if is_json else parse_qs(body.decode())
            kept.came.append({"path": self.path, "fields": fields, "headers": dict(self.headers)})
            self.reply(*kept.answer)

        def reply(self, status: int, body: Any) -> None:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
