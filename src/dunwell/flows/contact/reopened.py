"""What a message was for is open again where the gate refused it when it was to be sent.

Called by the sender in its transaction. A message that waited for the morning is asked about
only then: a freeze or an opt-out is found there, and a person sees to the borrower instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from dunwell.store.outreach.models import Message
from dunwell.store.promises.models import PromiseEvent, PromiseState
from dunwell.store.work.models import WorkItem

WORK = "work:{item}"
REMINDER = "promise:{promise}:remind"
"""Keys of the messages a machine queues, by what they are for."""
_KEY = re.compile(r"work:(?P<item>\d+)|promise:(?P<promise>\d+):remind")


def reopen(messages: Iterable[Message], *, day: date) -> None:
    """Open the day's items again, and count the promises as not reminded. Refuses nothing."""
    found = {each.pk: told for each in messages if (told := _KEY.fullmatch(each.key))}
    items = [int(told["item"]) for told in found.values() if told["item"]]
    if items:
        done = WorkItem.objects.filter(pk__in=items, staff=None, state=WorkItem.State.DONE)
        done.update(state=WorkItem.State.OPEN)
    of_promise = {int(told["promise"]): pk for pk, told in found.items() if told["promise"]}
    if of_promise:
        PromiseState.objects.filter(pk__in=of_promise).update(reminded_on=None)
        PromiseEvent.objects.bulk_create(
            PromiseEvent(promise_id=promise, day=day, kind="unreminded", figures={"message": pk})
            for promise, pk in of_promise.items()
        )
