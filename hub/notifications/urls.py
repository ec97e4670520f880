from __future__ import annotations

from django.urls import path

from hub.notifications import views

app_name = "notifications"
urlpatterns = [
    path("account/notifications/", views.notification_list, name="list"),
    path("account/notifications/read/", views.read_all, name="read_all"),
    path("account/notifications/mute/", views.mute, name="mute"),
    path("account/notifications/unmute/", views.unmute, name="unmute"),
    path("account/notifications/settings/", views.settings, name="settings"),
    path("account/notifications/follow/", views.follow, name="follow"),
    path("account/notifications/unfollow/", views.unfollow, name="unfollow"),
    path("account/notifications/stop/<str:token>/", views.stop, name="stop"),
    path("account/notifications/<slug:public_id>/read/", views.read, name="read"),
]
