"""The policy room as a Django app."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "dunwell.store.policy"
    label = "policy"
