"""Addresses of the cases: the list, one case, search and export."""

from django.urls import path

from dunwell.faces.web.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("export.<str:form>", views.export, name="export"),
    path("<int:case_id>/", views.case_page, name="case"),
    path("<int:case_id>/reveal/<str:what>/<int:row>/", views.reveal, name="reveal"),
    path("<int:case_id>/payments/", views.enter_payment, name="enter_payment"),
    path("<int:case_id>/payments/<int:payment_id>/reverse/", views.reverse_payment, name="reverse"),
    path("<int:case_id>/holds/", views.place_hold, name="place_hold"),
    path("<int:case_id>/holds/<int:hold_id>/end/", views.end_hold, name="end_hold"),
]
