"""Addresses of the day's work: lists, the board, hands, capacity, decisions."""

from django.urls import path
from django.views.generic import RedirectView

from dunwell.faces.web.work import board, capacity, decisions, hands, sharing, views

app_name = "work"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="work:today"), name="home"),
    path("today/", views.today, name="today"),
    path("board/", board.board, name="board"),
    path("board/assign/", sharing.assign, name="assign"),
    path("board/hands/", hands.hands, name="hands"),
    path("board/hands/undo/", hands.undo, name="undo"),
    path("capacity/", capacity.hours, name="capacity"),
    path("capacity/<int:staff>/", capacity.person, name="person"),
    path("capacity/<int:staff>/leave/", capacity.person, {"leave": True}, name="leave"),
    path("cases/<int:case>/decisions/<int:number>/", decisions.decision_page, name="decision"),
    path("cases/<int:case>/overrule/<str:what>/", decisions.overrule_page, name="overrule"),
    path("cases/<int:case>/overruled/<int:number>/", decisions.withdraw_page, name="withdraw"),
]
