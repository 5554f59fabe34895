"""Addresses of the day runs."""

from django.urls import path

from dunwell.faces.web.runs import views

app_name = "runs"
urlpatterns = [
    path("", views.run_list, name="list"),
    path("<int:number>/", views.run_page, name="run"),
]
