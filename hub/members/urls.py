from __future__ import annotations

from django.urls import path

from hub.members.views import account

app_name = "members"
urlpatterns = [path("account/", account.account, name="account")]
