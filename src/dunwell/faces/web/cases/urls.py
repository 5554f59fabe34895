"""Addresses of the cases: the list, one case, search and export."""

from django.urls import path

from dunwell.faces.web.cases import acts, views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("export.<str:form>", views.export, name="export"),
    path("<int:case_id>/", views.case_page, name="case"),
    path("<int:case_id>/reveal/<str:what>/<int:row>/", acts.reveal, name="reveal"),
    path("<int:case_id>/payments/", acts.enter_payment, name="enter_payment"),
    path("<int:case_id>/payments/<int:payment_id>/reverse/", acts.reverse_payment, name="reverse"),
    path("<int:case_id>/holds/", acts.place_hold, name="place_hold"),
    path("<int:case_id>/holds/<int:hold_id>/end/", acts.end_hold, name="end_hold"),
]
