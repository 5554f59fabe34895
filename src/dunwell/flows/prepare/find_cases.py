"""Finding cases by what a person has in hand: a number, a name in pinyin, an exact phone or ID.

Called by the search box and the API. Encrypted values are found by blind index,
so only whole values match; the text searched for is kept nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.db.models import Q

from dunwell.core.refusal import Refusal
from dunwell.store.book.models import Borrower, Contact, Loan
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import Actor, require
from dunwell.store.vault.blind import index_candidates

MOST = 200
"""More cases than this are too many to be meant: the search asks for more."""

_CASE_NO = re.compile(r"#(\d{1,18})")
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}|0\d{9,11}|\+\d{8,15}")
_ID_NO = re.compile(r"\d{15}|\d{17}[\dXx]|[0-9A-Z]{18}")
_LETTERS = re.compile(r"[A-Za-z]{1,40}(?: [A-Za-z]{1,40}){0,5}")
_CHINESE = re.compile(r"[\u3400-\u9fff·]{2,30}")


class TooShort(Refusal):
    """A search text of fewer than two characters. Figures: least."""

    code = "CASES-SEARCH-TOO-SHORT"


def find_cases(*, actor: Actor, scope: Scope, text: str, day: date) -> list[int]:
    """The ids of visible cases, open or closed, that `text` names; at most MOST, newest first.

    Tries, by the form of the text: #case number, phone, ID number, name in Chinese or
    full pinyin, initials; and always loan and borrower numbers. Refuses (NotPermitted)
    people without personal.search and (TooShort) texts that would name everybody.
    """
    require(actor, "personal.search", lender=scope.lender, team=_some_team(scope), day=day)
    wanted = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(wanted) < 2:
        raise TooShort(least=2)
    cases = visible_cases(scope)
    number = _CASE_NO.fullmatch(wanted)
    if number is not None:
        found = cases.filter(pk=int(number[1]))
    else:
        found = cases.filter(party__in=_parties(scope, wanted))
    return list(found.order_by("-pk").values_list("pk", flat=True)[:MOST])


def _parties(scope: Scope, wanted: str) -> set[int]:
    parties = _by_number(scope, wanted)
    digits = wanted.replace(" ", "").replace("-", "")
    if _PHONE.fullmatch(digits):
        parties |= _by_phone(scope, digits)
    if _ID_NO.fullmatch(digits.upper()):
        parties |= _by_index(Q(id_no_index__in=index_candidates(digits, kind="id_no")))
    if _CHINESE.fullmatch(wanted) or _LETTERS.fullmatch(wanted):
        named = Q(name_index__in=index_candidates(wanted, kind="name"))
        if _LETTERS.fullmatch(wanted):
            named |= Q(initials_index__in=index_candidates(wanted, kind="initials"))
        parties |= _by_index(named)
    return parties


def _by_number(scope: Scope, wanted: str) -> set[int]:
    borrowers = Borrower.objects.filter(lender=scope.lender, borrower_no=wanted)
    loans = Loan.objects.filter(lender=scope.lender, loan_no=wanted)
    return {
        *borrowers.values_list("party", flat=True),
        *loans.values_list("borrower__party", flat=True),
    }


def _by_phone(scope: Scope, digits: str) -> set[int]:
    contacts = Contact.objects.filter(
        replaced=None,
        phone_index__in=index_candidates(digits, kind="phone"),
        borrower__lender=scope.lender,
    )
    return set(contacts.values_list("borrower__party", flat=True)[: MOST * 5])


def _by_index(condition: Q) -> set[int]:
    return set(Party.objects.filter(condition).values_list("pk", flat=True)[: MOST * 5])


def _some_team(scope: Scope) -> int | None:
    return min(scope.teams) if scope.teams else None
