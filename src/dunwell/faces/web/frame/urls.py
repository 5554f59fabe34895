"""Addresses of the frame; the root includes them without a prefix."""

from __future__ import annotations

from django.urls import path

from dunwell.faces.web.frame.views import prefer, styles

app_name = "frame"

urlpatterns = [
    path("_frame/<slug:what>", prefer, name="prefer"),
    path("_styles", styles, name="styles"),
]
