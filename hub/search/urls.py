from __future__ import annotations

from django.urls import path

from hub.search import views

app_name = "search"
urlpatterns = [
    path("", views.results, name="results"),
    path("similar/", views.similar_to, name="similar"),
    path("similar/opened/", views.similar_opened, name="similar_opened"),
    path("similar/answered/", views.answered, name="similar_answered"),
    path("similar/thanks/", views.thanks, name="similar_thanks"),
    path("similar/report/", views.suggestions_report, name="suggestions_report"),
]
