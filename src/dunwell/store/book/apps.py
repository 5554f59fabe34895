"""The book room as a Django app."""

from django.apps import AppConfig


class BookConfig(AppConfig):
    name = "dunwell.store.book"
    label = "book"
