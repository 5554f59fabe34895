"""Addresses of the strategy room."""

from django.urls import path

from dunwell.faces.web.strategy import answering, drafting, experiments, plans, rules, views

app_name = "strategy"
urlpatterns = [
    path("", views.home, name="list"),
    path("documents/<int:number>/", views.document, name="document"),
    path("documents/<int:number>/answer/", answering.answer, name="answer"),
    path("experiments/", experiments.listed, name="experiments"),
    path("experiments/<int:number>/", experiments.shown, name="experiment"),
    path("experiments/<int:number>/stop/", experiments.stop, name="stop"),
    path("drafts/<slug:token>/", drafting.draft_page, name="draft"),
    path("drafts/<slug:token>/text/", drafting.text, name="text"),
    path("drafts/<slug:token>/rules/<str:path>/", rules.rule, name="rule"),
    path("drafts/<slug:token>/plans/<slug:name>/", plans.plan, name="plan"),
    path("drafts/<slug:token>/preview/", drafting.preview, name="preview"),
    path("drafts/<slug:token>/news/", drafting.news, name="news"),
    path("drafts/<slug:token>/propose/", drafting.propose, name="propose"),
    path("drafts/<slug:token>/discard/", drafting.discard, name="discard"),
    path("<slug:kind>/", views.kind_page, name="kind"),
    path("<slug:kind>/change/", drafting.begin, name="begin"),
]
