"""A reminder asked for on a page: queued, and said in words what became of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import sentence_of
from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.frame.figures import moment_words
from dunwell.flows.follow_up.remind import remind_promise
from dunwell.store.outreach.models import Message
from dunwell.store.people.permissions import NotPermitted
from dunwell.wiring import gateway_of


def reminded(request: HttpRequest, reader: Reader, promise: int) -> None:
    """Remind, and leave a message of what happened; what is not permitted stays a refusal."""
    try:
        queued = remind_promise(
            actor=reader.actor, now=timezone.now(), promise=promise,
            gateway=gateway_of(lender=reader.lender.code, home=settings.HOME),
        )  # fmt: skip
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, sentence_of(refusal))
        return
    message = queued.message
    if message.state == Message.State.REFUSED:
        words = _("没有发提醒：现在不可以联系这位客户（{codes}）。").format(codes=message.code)
        messages.warning(request, words)
    elif message.not_before > timezone.now():
        at = moment_words(message.not_before)
        messages.success(request, _("提醒已排队，{at} 可以发出。").format(at=at))
    else:
        messages.success(request, _("提醒已进入发件箱。"))
