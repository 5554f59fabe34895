"""The codes of the sentences that name an import's steps and states, for every face."""

from __future__ import annotations

STEPS = {
    "open": "BOOK-STEP-OPEN",
    "read": "BOOK-STEP-READ",
    "settle": "BOOK-STEP-SETTLE",
    "flag": "BOOK-STEP-FLAG",
    "done": "BOOK-STEP-DONE",
    "wait": "BOOK-STEP-WAIT",
    "compare": "BOOK-STEP-COMPARE",
    "seal": "BOOK-STEP-SEAL",
    "write": "BOOK-STEP-WRITE",
    "journal": "BOOK-STEP-JOURNAL",
}

STATUSES = {
    "uploaded": "BOOK-STATUS-UPLOADED",
    "staged": "BOOK-STATUS-STAGED",
    "running": "BOOK-STATUS-RUNNING",
    "imported": "BOOK-STATUS-IMPORTED",
    "refused": "BOOK-STATUS-REFUSED",
    "abandoned": "BOOK-STATUS-ABANDONED",
}
