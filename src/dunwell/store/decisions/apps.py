"""The decisions room as a Django app."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "dunwell.store.decisions"
    label = "decisions"
