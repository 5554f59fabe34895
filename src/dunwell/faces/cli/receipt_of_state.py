"""The part of `dunwell receipt` that needs the state database; imported when it is asked for."""

from __future__ import annotations

from django.utils import timezone

from dunwell.flows.contact.receipt import show_receipt
from dunwell.store.people.permissions import system_actor


def document(permit: int) -> str:
    """The receipt's file. Refuses what show_receipt refuses."""
    return show_receipt(actor=system_actor("command-line"), now=timezone.now(), permit=permit)
