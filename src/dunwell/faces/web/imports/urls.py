"""Addresses of the imports."""

from django.urls import path

from dunwell.faces.web.imports import steps, views

app_name = "imports"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", views.upload, name="upload"),
    path("<int:batch_id>/", views.batch_page, name="batch"),
    path("<int:batch_id>/rejects.<str:form>", views.rejects, name="rejects"),
    path("<int:batch_id>/columns/", steps.columns, name="columns"),
    path("<int:batch_id>/maps/", steps.maps, name="maps"),
    path("<int:batch_id>/check/", steps.check, name="check"),
    path("<int:batch_id>/import/", steps.start_import, name="import"),
    path("<int:batch_id>/news/", steps.news, name="news"),
    path("<int:batch_id>/discard/", steps.discard, name="discard"),
]
