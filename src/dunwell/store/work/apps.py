"""The work room as a Django app."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "dunwell.store.work"
    label = "work"
