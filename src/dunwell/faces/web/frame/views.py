"""The frame's own views: keeping a preference, and the page that shows every component.

Both work without scripts. The style page exists in the demo and in tests only.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from dunwell.faces.web.frame.preferences import is_choice, keep_preference
from dunwell.faces.web.frame.specimens import specimens


@require_POST
def prefer(request: HttpRequest, what: str) -> HttpResponse:
    """Keep one preference and go back to where the reader was.

    Refuses (400) a value that is not offered; a foreign `next` leads to the front page.
    """
    value = request.POST.get("value", "")
    if not is_choice(what=what, value=value):
        return HttpResponseBadRequest()
    back = request.POST.get("next", "")
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    else:
        safe = url_has_allowed_host_and_scheme(
            back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        response = redirect(back if safe else "/")
    keep_preference(response, what=what, value=value)
    return response


@require_GET
def styles(request: HttpRequest) -> HttpResponse:
    """Show every component with invented data, to look at while designing."""
    if not settings.DEBUG and getattr(settings, "ENVIRONMENT", "production") == "production":
        raise Http404
    return render(request, "frame/styles.html", specimens(request))
