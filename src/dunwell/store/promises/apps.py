"""The promises room as a Django app."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "dunwell.store.promises"
    label = "promises"
