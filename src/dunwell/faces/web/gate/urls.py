"""Addresses of the gate."""

from django.urls import path

from dunwell.faces.web.gate import changes, staffing, standing, views

app_name = "gate"
urlpatterns = [
    path("", views.log, name="log"),
    path("export.<str:form>", views.export, name="export"),
    path("<int:number>/", views.question, name="question"),
    path("packs/", views.packs, name="packs"),
    path("packs/<slug:name>/", views.pack, name="pack"),
    path("packs/<slug:name>/<str:parameter>/", changes.propose, name="propose"),
    path("changes/<int:number>/", changes.proposal, name="proposal"),
    path("changes/<int:number>/answer/", changes.answer, name="answer"),
    path("cases/<int:case>/stands/<slug:what>/", standing.add, name="stand"),
    path("cases/<int:case>/ends/<int:number>/", standing.end, name="end"),
    path("staff/<int:staff>/<slug:kind>/", staffing.staff_state, name="staff_state"),
]
