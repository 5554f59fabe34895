"""Access as a Django app: its templates stand before allauth's of the same names."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Log-in and the pages of the house. It has no models."""

    name = "dunwell.faces.web.access"
    label = "access"
