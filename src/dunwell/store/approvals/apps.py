"""The approvals room as a Django app."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "dunwell.store.approvals"
    label = "approvals"
