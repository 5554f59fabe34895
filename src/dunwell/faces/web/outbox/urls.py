"""Addresses of messages: the outbox, one message, its receipt, replies."""

from django.urls import path

from dunwell.faces.web.outbox import message, reply, views

app_name = "outbox"
urlpatterns = [
    path("", views.outbox, name="list"),
    path("<int:number>/", message.one, name="message"),
    path("<int:number>/settle/", message.settle, name="settle"),
    path("<int:number>/receipt/", message.receipt, name="receipt"),
    path("replies/<int:number>/", reply.one, name="reply"),
    path("replies/<int:number>/handled/", reply.handled, name="handled"),
]
