"""Who wants to know what becomes of a question, or of every new one."""

from __future__ import annotations

from django.db import models

from forum.models.questions import Question
from hub.core.following import Follow


class QuestionFollow(Follow):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="follows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "question"], name="forum_question_follow_once")]

    def __str__(self) -> str:
        return f"{self.user} follows “{self.question}”"


class NewQuestionsFollow(Follow):
    """Of every question that they may read."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user"], name="forum_new_questions_follow_once")]

    def __str__(self) -> str:
        return f"{self.user} follows all new questions"
