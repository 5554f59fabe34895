"""The root of all addresses: each room brings its own, under a prefix that stands here.

A room joins with one line. Rooms check permissions in their flows; who must be
logged in is the business of dunwell.faces.web.access.middleware.
"""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from dunwell.faces.web.cases.views import search, today

MOVED = RedirectView.as_view(url="/worklist/%(rest)s", permanent=True, query_string=True)
"""The worklist's former address, which stands in bookmarks."""

urlpatterns = [
    path("", include("dunwell.faces.web.frame.urls")),
    path("accounts/", include("dunwell.faces.web.access.urls")),
    path("", today, name="today"),
    path("search/", search, name="search"),
    path("cases/", include("dunwell.faces.web.cases.urls")),
    path("worklist/", include("dunwell.faces.web.work.urls")),
    path("work/", MOVED, {"rest": ""}, name="moved"),
    path("work/<path:rest>", MOVED, name="moved_within"),
    path("desk/", include("dunwell.faces.web.desk.urls")),
    path("messages/", include("dunwell.faces.web.outbox.urls")),
    path("follow-up/", include("dunwell.faces.web.follow_up.urls")),
    path("approvals/", include("dunwell.faces.web.approvals.urls")),
    path("imports/", include("dunwell.faces.web.imports.urls")),
    path("runs/", include("dunwell.faces.web.runs.urls")),
    path("gate/", include("dunwell.faces.web.gate.urls")),
    path("strategy/", include("dunwell.faces.web.strategy.urls")),
    path("api/v1/", include("dunwell.faces.api.urls")),
    path("journal/", include("dunwell.faces.web.access.journal_urls")),
    path("house/", include("dunwell.faces.web.access.house_urls")),
]

handler400 = "dunwell.faces.web.frame.errors.bad_request"
handler403 = "dunwell.faces.web.frame.errors.forbidden"
handler404 = "dunwell.faces.web.frame.errors.not_found"
handler500 = "dunwell.faces.web.frame.errors.server_error"
