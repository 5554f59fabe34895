"""`dunwell receipt`: the signed receipt of a used permit, shown from state or verified without.

`verify` needs no database, no key file and no network.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from dunwell.core.receipt import Document, check_chain, fingerprint, read_document
from dunwell.core.refusal import Refusal
from dunwell.faces.cli.main import prepare_django
from dunwell.faces.cli.telling import answer, tell
from dunwell.store.vault.signing import signature_fits

app = typer.Typer(no_args_is_help=True, help="凭证 / receipts")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


class FileUnread(Refusal):
    """A file that cannot be read or written. Figures: file."""

    code = "RECEIPT-FILE"


class SignatureWrong(Refusal):
    """The signature does not fit what the file says. Figures: file."""

    code = "RECEIPT-SIGNATURE"


class KeyWrong(Refusal):
    """Signed by another key than the one asked for. Figures: file, found, wanted."""

    code = "RECEIPT-KEY"


class ContentWrong(Refusal):
    """Another text than the one that was permitted. Figures: file."""

    code = "RECEIPT-CONTENT"


@app.callback()
def _receipt() -> None:
    """凭证：取出与离线验证 / taken out of the state, verified without it."""


@app.command()
def show(
    permit: Annotated[int, typer.Argument(help="许可编号 / number of the permit")],
    out: Annotated[Path | None, typer.Option(help="写入文件 / write to this file")] = None,
) -> None:
    """取出已使用许可的凭证 / the receipt of a used permit, as its file."""
    prepare_django()
    from dunwell.faces.cli.receipt_of_state import document  # reason: start-up — needs the state

    content = document(permit)
    if out is None:
        typer.echo(content, nl=False)
        return
    try:
        out.write_bytes(content.encode())
    except OSError:
        raise FileUnread(file=out.name) from None
    tell("RECEIPT-WRITTEN", permit=permit, file=out.name)


@app.command()
def verify(
    files: Annotated[list[Path], typer.Argument(help="凭证文件，按顺序 / receipts, in order")],
    key: Annotated[
        str | None, typer.Option(help="应有的密钥指纹 / fingerprint the key must have")
    ] = None,
    text: Annotated[
        Path | None, typer.Option(help="核对所许可的文字 / the text that was permitted")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """离线验证凭证：不需要数据库和网络 / verify offline; several must form a chain."""
    documents = [_verified(file, key, text) for file in files]
    if len(documents) > 1:
        first = documents[0].body
        check_chain(
            [document.body for document in documents],
            previous=first["previous_hash"],
            place=first["place"],
        )
    if as_json:
        answer(
            {
                "receipts": [
                    {**document.body, "fingerprint": fingerprint(document.public_key)}
                    for document in documents
                ]
            }
        )
        return
    for document in documents:
        body = document.body
        tell(
            "RECEIPT-GOOD",
            permit=body["permit"],
            lender=body["lender"],
            used_at=body["used_at"],
            channel=body["channel"],
            verdict=body["verdict"],
            fingerprint=fingerprint(document.public_key),
        )


def _verified(file: Path, key: str | None, text: Path | None) -> Document:
    document = read_document(_read(file))
    if not signature_fits(
        public_key=document.public_key, signature=document.signature, message=document.signed
    ):
        raise SignatureWrong(file=file.name)
    found = fingerprint(document.public_key)
    if key is not None and key.replace(" ", "") != found.replace(" ", ""):
        raise KeyWrong(file=file.name, found=found, wanted=key)
    if text is not None:
        told = hashlib.sha256(_read(text)).hexdigest()
        if told != document.body["content_hash"]:
            raise ContentWrong(file=file.name)
    return document


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise FileUnread(file=file.name) from None
