"""Pages that were made of threads: the link both ways."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from wagtail.models import Page

from forum.models import Question
from hub.core.audience import Viewer
from hub.core.models import pages_visible_to

# Whoever may write pages may make one of a thread: editors and facilitators.
ADD_PAGE = "wagtailcore.add_page"


class SettledPageQuerySet(models.QuerySet["SettledPage"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Both ends must be: neither a thread nor a page tells that the other is there to somebody who may not see it."""
        return self.filter(page__in=pages_visible_to(viewer), question__in=Question.objects.visible_to(viewer))


class SettledPage(models.Model):
    question = models.OneToOneField(Question, on_delete=models.CASCADE, related_name="settled_page")
    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="settles")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    objects = SettledPageQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.page} settles “{self.question}”"
