"""What readers do with terms: who follows one, and whether a page had what somebody looked for."""

from __future__ import annotations

from django.db import models

from hub.core import following
from taxonomy.models.concepts import Concept

MOST_WORDS = 120  # characters of what somebody looked for


class Follow(following.Follow):
    """Somebody wants to know what becomes of a term. Whoever follows one that is replaced follows its successors too:
    `handed_on`, for as long as it is replaced by them."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="follows")
    handed_on = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "concept"], name="taxonomy_follow_once")]

    def __str__(self) -> str:
        return f"{self.user} follows {self.concept}"


class Feedback(models.Model):
    """One answer to "Did this page have what you were looking for?". Of nobody: no person, no address, a day and no time."""

    class Place(models.TextChoices):
        A_Z = "a-z", "The A to Z"
        LETTER = "letter", "A letter"
        TREE = "tree", "The tree"
        TERM = "term", "A term"

    place = models.CharField(max_length=6, choices=Place)
    concept = models.ForeignKey(Concept, on_delete=models.SET_NULL, null=True, blank=True, related_name="feedback")
    found = models.BooleanField()
    words = models.CharField("what they looked for", max_length=MOST_WORDS, blank=True)
    given_on = models.DateField()

    class Meta:
        verbose_name = "answer"
        indexes = [models.Index(fields=["found", "given_on"], name="taxonomy_feedback_found")]

    def __str__(self) -> str:
        return f"{self.get_place_display()}: {'found' if self.found else 'not found'}"


class LookupCount(models.Model):
    """How often, in one month, a term's page was opened or words were searched that name no term: of nobody either."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Opened"
        MISSED = "missed", "Searched, and no term is called so"

    kind = models.CharField(max_length=6, choices=Kind)
    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, null=True, blank=True, related_name="lookups")
    words = models.CharField(max_length=MOST_WORDS, blank=True)
    month = models.DateField(help_text="Its first day.")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "month"], condition=models.Q(kind="opened"), name="taxonomy_lookup_opened_once"
            ),
            models.UniqueConstraint(
                fields=["words", "month"], condition=models.Q(kind="missed"), name="taxonomy_lookup_missed_once"
            ),
            models.CheckConstraint(
                name="taxonomy_lookup_says_what",
                condition=models.Q(kind="opened", concept__isnull=False, words="")
                | (models.Q(kind="missed", concept=None) & ~models.Q(words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.concept or self.words}"
