"""The frame as a Django app: it brings template tags, words and the context of every page."""

from __future__ import annotations

from django.apps import AppConfig


class FrameConfig(AppConfig):
    """The frame of every screen. It has no models."""

    name = "dunwell.faces.web.frame"
    label = "frame"
