from __future__ import annotations

from django.urls import path, re_path

from taxonomy import views

app_name = "taxonomy"
urlpatterns = [
    path("", views.a_z, name="a_z"),
    re_path(r"^(?P<letter>[a-zA-Z]|0-9)/$", views.letter, name="letter"),
    path("<slug:slug>/", views.concept, name="concept"),
]
