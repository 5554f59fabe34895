"""The permits room as a Django app."""

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    name = "dunwell.store.permits"
    label = "permits"
