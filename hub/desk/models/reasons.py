"""Words that fit many decisions: facilitators keep them in Wagtail and pick one when they decide."""

from __future__ import annotations

from django.db import models


class ReasonTemplate(models.Model):
    """Whoever decides reads it first and may change it; nobody is sent it unread."""

    class For(models.TextChoices):
        HIDE = "hide", "Taking something out of sight"
        DECLINE = "decline", "Declining"
        DISMISS = "dismiss", "Leaving something as it is"
        PUT_RIGHT = "put-right", "Having put something right"

    name = models.CharField(max_length=80, unique=True, help_text="What you look for in the list, for example: names a resident.")
    for_decision = models.CharField("for", max_length=10, choices=For)
    text = models.TextField(
        max_length=2000, help_text="Somebody reads this who may be upset. Say what you did, why, and what they can do."
    )

    class Meta:
        ordering = ["for_decision", "name"]

    def __str__(self) -> str:
        return self.name
