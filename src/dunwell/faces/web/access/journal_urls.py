"""Addresses of the journal: its list and the list as a sheet."""

from __future__ import annotations

from django.urls import path

from dunwell.faces.web.access import journal

app_name = "journal"
urlpatterns = [
    path("", journal.journal, name="list"),
    path("export.<str:form>", journal.export, name="export"),
]
