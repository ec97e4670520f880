from __future__ import annotations

from django.urls import path

from hub.bulletin.views import composing, reading, subscribing

app_name = "bulletin"
urlpatterns = [
    path("", reading.archive, name="archive"),
    path("<int:number>/", reading.issue, name="issue"),
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscribe/sent/", subscribing.asked, name="asked"),
    path("confirm/<str:token>/", subscribing.confirm, name="confirm"),
    path("preferences/<str:token>/", subscribing.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", subscribing.unsubscribe, name="unsubscribe"),
    path("compose/", composing.compose_list, name="compose_list"),
    path("compose/<str:public_id>/", composing.compose, name="compose"),
    path("compose/<str:public_id>/preview/", composing.preview, name="preview"),
    path("compose/<str:public_id>/preview/html/", composing.preview_html, name="preview_html"),
    path("compose/<str:public_id>/send/", composing.send, name="send"),
    path("compose/<str:public_id>/back-to-draft/", composing.thaw, name="thaw"),
]
