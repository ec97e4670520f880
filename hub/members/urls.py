from __future__ import annotations

from django.urls import path

from hub.members import views

app_name = "members"
urlpatterns = [path("account/", views.account, name="account")]
