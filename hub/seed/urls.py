from __future__ import annotations

from django.urls import path

from hub.seed import views

app_name = "demo"
urlpatterns = [
    path("", views.sign_ins, name="sign_ins"),
    path("mail/", views.mail_list, name="mail_list"),
    path("mail/<str:name>/", views.mail, name="mail"),
    path("mail/<str:name>/html/", views.mail_html, name="mail_html"),
]
