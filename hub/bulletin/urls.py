from __future__ import annotations

from django.urls import path

from hub.bulletin.views import (
    composing,
    leaving,
    looking_after,
    previewing,
    reading,
    scheduling,
    sending,
    subscribing,
)

app_name = "bulletin"
urlpatterns = [
    path("", reading.archive, name="archive"),
    path("feed/", reading.feed, name="feed"),
    path("<int:number>/", reading.issue, name="issue"),
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscribe/sent/", subscribing.asked, name="asked"),
    path("confirm/<str:token>/", subscribing.confirm, name="confirm"),
    path("preferences/<str:token>/", leaving.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", leaving.unsubscribe, name="unsubscribe"),
    path("unsubscribe/<str:token>/come-back/", leaving.come_back, name="come_back"),
    path("compose/", composing.compose_list, name="compose_list"),
    path("compose/subscribers/", looking_after.subscribers, name="subscribers"),
    path("compose/subscribers/list/", looking_after.open_list, name="open_list"),
    path("compose/topics/", looking_after.choose_topics, name="topics"),
    path("compose/schedule/", scheduling.schedule, name="schedule"),
    path("compose/<str:public_id>/", composing.compose, name="compose"),
    path("compose/<str:public_id>/preview/", previewing.preview, name="preview"),
    path("compose/<str:public_id>/preview/html/", previewing.preview_html, name="preview_html"),
    path("compose/<str:public_id>/send/", sending.send, name="send"),
    path("compose/<str:public_id>/back-to-draft/", sending.thaw, name="thaw"),
    path("compose/<str:public_id>/skip/", sending.skip, name="skip"),
    path("compose/<str:public_id>/bar/", sending.bar, name="bar"),
    path("compose/<str:public_id>/pause/", sending.pause, name="pause"),
    path("compose/<str:public_id>/resume/", sending.resume, name="resume"),
    path("compose/<str:public_id>/stop/", sending.stop, name="stop"),
    path("compose/<str:public_id>/uncertain/", sending.uncertain, name="uncertain"),
    path("compose/<str:public_id>/proof/", sending.proof, name="proof"),
    path("compose/<str:public_id>/proof.csv", sending.proof_csv, name="proof_csv"),
]
