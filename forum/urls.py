from __future__ import annotations

from django.urls import path

from forum import views

app_name = "forum"
urlpatterns = [
    path("", views.question_list, name="question_list"),
    path("unanswered/", views.unanswered, name="unanswered"),
    path("ask/", views.ask, name="ask"),
    path("answers/<str:public_id>/", views.answer_by_id, name="answer_by_id"),
    path("answers/<str:public_id>/edit/", views.edit_answer, name="edit_answer"),
    path("answers/<str:public_id>/withdraw/", views.withdraw_answer, name="withdraw_answer"),
    path("answers/<str:public_id>/accept/", views.accept, name="accept"),
    path("answers/<str:public_id>/unaccept/", views.unaccept, name="unaccept"),
    path("answers/<str:public_id>/hide/", views.hide_answer, name="hide_answer"),
    path("answers/<str:public_id>/unhide/", views.unhide_answer, name="unhide_answer"),
    # forum.models.TAKEN_SLUGS names the second segments from here on.
    path("<str:public_id>/answer/", views.answer, name="answer"),
    path("<str:public_id>/edit/", views.edit_question, name="edit_question"),
    path("<str:public_id>/withdraw/", views.withdraw_question, name="withdraw_question"),
    path("<str:public_id>/needed/", views.need_this_too, name="need_this_too"),
    path("<str:public_id>/not-needed/", views.no_longer_need, name="no_longer_need"),
    path("<str:public_id>/hide/", views.hide_question, name="hide_question"),
    path("<str:public_id>/unhide/", views.unhide_question, name="unhide_question"),
    path("<str:public_id>/", views.question_by_id, name="question_by_id"),
    path("<str:public_id>/<str:slug>/", views.question, name="question"),
]
