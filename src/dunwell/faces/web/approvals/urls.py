"""Addresses of approvals: the inbox, one request, its answer."""

from django.urls import path

from dunwell.faces.web.approvals import asking, views

app_name = "approvals"
urlpatterns = [
    path("", views.requests, name="list"),
    path("ask/<int:case>/<str:kind>/", asking.ask, name="ask"),
    path("<int:number>/", views.one, name="request"),
    path("<int:number>/answer/", views.answer, name="answer"),
    path("<int:number>/withdraw/", views.withdraw, name="withdraw"),
]
