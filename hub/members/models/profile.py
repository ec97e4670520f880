"""What members tell of themselves, and how much of it the others see."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from hub.public_ids import new_public_id
from taxonomy.models import Concept, ConceptTag

LONGEST_ABOUT = 2000  # characters of Markdown


def photo_name(profile: Profile, filename: str) -> str:
    """A new name for each photo, so that an address that was kept shows no later one."""
    ending = filename.rpartition(".")[2].lower()
    return f"profile-photos/{new_public_id()}.{ending}"


class Profile(models.Model):
    """One for each user, made when they first save it. Names are the user's, the job role is the membership's.

    Members always see name, council, `about` and offers; each other field has a choice of its own.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    about = models.TextField(blank=True, max_length=LONGEST_ABOUT, help_text="Markdown.")
    about_html = models.TextField(blank=True, editable=False)
    phone = models.CharField(max_length=40, blank=True)
    photo = models.FileField(upload_to=photo_name, max_length=120, blank=True)
    shows_email = models.BooleanField(default=False)
    shows_phone = models.BooleanField(default=False)
    shows_job_role = models.BooleanField(default=True)
    shows_interests = models.BooleanField(default=True)
    shows_photo = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    concepts = models.ManyToManyField(Concept, through="ProfileConcept", related_name="+")

    def __str__(self) -> str:
        return f"Profile of {self.user}"

    def terms(self, kind: str) -> list[Concept]:
        """Needs `concept_tags` with their concepts, in order."""
        return [tag.concept for tag in self.concept_tags.all() if tag.kind == kind]


class ProfileConceptQuerySet(models.QuerySet["ProfileConcept"]):
    def shown(self) -> Any:
        """Those that other members see: every offer, and interests unless their owner keeps them back."""
        return self.filter(models.Q(kind=ProfileConcept.Kind.OFFER) | models.Q(profile__shows_interests=True))

    def for_tags(self) -> Any:
        """With published terms, by label."""
        return self.filter(concept__status=Concept.Status.PUBLISHED).select_related("concept").order_by("concept__label")


class ProfileConcept(ConceptTag):
    """A term that somebody is interested in, or is happy to be asked about."""

    class Kind(models.TextChoices):
        INTEREST = "interest", "Interested in"
        OFFER = "offer", "Happy to be asked about"

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="concept_tags")
    kind = models.CharField(max_length=8, choices=Kind)

    objects = ProfileConceptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "concept", "kind"], name="members_profile_concept_once")]

    def __str__(self) -> str:
        return f"{self.profile}: {self.get_kind_display()} {self.concept}"
