"""Rooms of the store: foreign keys point down or stay inside, and migrations are complete."""

from __future__ import annotations

from configparser import ConfigParser
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command

from tests.house.tree import ROOT


def _rooms_low_to_high() -> list[str]:
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", "utf-8")
    listed = contracts["importlinter:contract:store-rooms"]["layers"].split()
    return [room.strip("()") for room in reversed(listed)]


def test_foreign_keys_point_to_a_lower_room_or_stay_inside() -> None:
    rooms = _rooms_low_to_high()
    upward = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model in apps.get_models()
        if model.__module__.startswith("dunwell.store.")
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is not None
        if field.related_model.__module__.startswith("dunwell.store.")
        if rooms.index(_room(field.related_model)) > rooms.index(_room(model))
    ]
    assert upward == []


def _room(model: type) -> str:
    return model.__module__.split(".")[2]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    said = StringIO()
    call_command("makemigrations", dry_run=True, stdout=said)
    assert said.getvalue().strip() == "No changes detected"
