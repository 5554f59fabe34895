"""Addresses of following up: the board, its export, reminders; plans of a case."""

from django.urls import path

from dunwell.faces.web.follow_up import board, calculator, plan

app_name = "follow_up"
urlpatterns = [
    path("", board.board, name="board"),
    path("export.<str:form>", board.export, name="export"),
    path("promises/<int:number>/remind/", board.remind, name="remind"),
    path("case/<int:case>/plan/", calculator.calculator, name="calculator"),
    path("case/<int:case>/plan/agree/", calculator.agree, name="agree"),
    path("plans/<int:number>/", plan.plan_page, name="plan"),
    path("plans/<int:number>/agreement.<str:form>", plan.agreement, name="agreement"),
]
