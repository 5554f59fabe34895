"""Addresses of the house: people, roles, lenders and teams, keys and journal."""

from __future__ import annotations

from django.urls import path

from dunwell.faces.web.access import house, people

app_name = "house"
urlpatterns = [
    path("", house.home, name="home"),
    path("people/", people.people_list, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:staff>/", people.person, name="person"),
    path("people/<int:staff>/appoint/", people.appoint_person, name="appoint"),
    path("people/<int:staff>/password/", people.reset_person, name="reset"),
    path("people/<int:staff>/active/", people.set_person_active, name="set_active"),
    path("appointments/<int:appointment>/end/", people.end_one, name="end_appointment"),
    path("roles/", house.roles, name="roles"),
    path("roles/<slug:role>/", house.set_role, name="set_role"),
    path("places/", house.places_page, name="places"),
    path("places/lender/", house.add_lender, name="add_lender"),
    path("places/team/", house.add_team, name="add_team"),
]
