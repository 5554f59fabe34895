"""Addresses of the desk: the next case, one case, its acts, keys, times."""

from django.urls import path

from dunwell.faces.web.desk import acts, locate, put_offs, views

app_name = "desk"
urlpatterns = [
    path("", views.next_page, name="home"),
    path("next/", views.next_page, name="next"),
    path("pause/", views.pause, name="pause"),
    path("leave/", views.leave, name="leave"),
    path("keys/", views.keys_page, name="keys"),
    path("times/", views.times, name="times"),
    path("times/in/", acts.times_in, name="times_in"),
    path("put-off/", put_offs.put_offs_page, name="put_offs"),
    path("seal/", acts.seal, name="seal"),
    path("<int:case_id>/", views.case_page, name="case"),
    path("<int:case_id>/dial/", acts.dial, name="dial"),
    path("<int:case_id>/draft/", acts.draft, name="draft"),
    path("<int:case_id>/save/", acts.save, name="save"),
    path("<int:case_id>/undo/", acts.undo, name="undo"),
    path("<int:case_id>/recording/", acts.recording, name="recording"),
    path("<int:case_id>/words/", acts.words, name="words"),
    path("<int:case_id>/freeze/", acts.freeze, name="freeze"),
    path("<int:case_id>/put-off/", acts.not_now, name="put_off"),
    path("<int:case_id>/put-off/undo/", acts.now_after_all, name="put_off_undo"),
    path("<int:case_id>/locate/", locate.look_up_act, name="locate"),
    path("<int:case_id>/located/", locate.result_act, name="located"),
    path("<int:case_id>/message/", acts.preview, name="preview"),
    path("<int:case_id>/message/send/", acts.send, name="send"),
]
