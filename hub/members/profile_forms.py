"""What somebody tells of themselves; apart from `forms`, which allauth imports while it loads its own."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse_lazy

from hub.accounts.models import User
from hub.media.cleaning import CleanFile, cleaned_image
from hub.members.models import LONGEST_ABOUT, Membership, Profile, ProfileConcept
from taxonomy.forms import ConceptsField

NAMES = ("first_name", "last_name")
PROFILE_FIELDS = ("about", "phone", "shows_job_role", "shows_interests", "shows_photo", "shows_email", "shows_phone")
PHOTO_SIDE = 480  # pixels: twice what the page shows
_PHONE = re.compile(r"\+?[\d ()\-./]{5,40}(?: ?(?:ext|extension|x)\.? ?\d{1,6})?", re.IGNORECASE)


class ProfileForm(forms.ModelForm):
    """Of the user (names), their membership (job role, where they have one) and their profile; never saves."""

    first_name = forms.CharField(
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Write your first name."},
    )
    last_name = forms.CharField(
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": "Write your last name."},
    )
    job_role = forms.CharField(
        label="Job role", max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "organization-title"})
    )
    offers = ConceptsField(
        label="What are you happy to be asked about?",
        help_text="Up to 5 terms from the A to Z: what you have done and can tell others about, what went wrong included.",
        required=False,
    )
    interests = ConceptsField(
        label="What are you interested in?",
        help_text="Up to 5 terms: what you would like to learn more about.",
        required=False,
    )

    class Meta:
        model = Profile
        fields = PROFILE_FIELDS
        labels = {
            "about": "About you",
            "phone": "Telephone number",
            "shows_job_role": "Your job role",
            "shows_interests": "What you are interested in",
            "shows_photo": "Your photo",
            "shows_email": "Your email address",
            "shows_phone": "Your telephone number",
        }
        help_texts = {
            "about": "A few sentences: what you work on, what you have learned. Blank lines between paragraphs.",
            "shows_job_role": "It stands beside what you post from now on, too, where everyone can read it.",
            "shows_email": "Otherwise members reach you by asking a question here.",
        }
        widgets = {
            "about": forms.Textarea(
                attrs={"rows": 6, "maxlength": LONGEST_ABOUT, "data-preview-url": reverse_lazy("markdown_preview")}
            ),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    field_order = (*NAMES, "job_role", "about", "offers", "interests", "phone")

    def __init__(self, user: User, membership: Membership | None, data: QueryDict | None = None) -> None:
        profile = Profile.objects.filter(user=user).first()
        super().__init__(data, instance=profile)
        self.initial["first_name"], self.initial["last_name"] = user.first_name, user.last_name
        if membership is None:
            del self.fields["job_role"], self.fields["shows_job_role"]
        else:
            self.initial["job_role"] = membership.job_role
        if profile is not None:
            tags = list(profile.concept_tags.select_related("concept").order_by("concept__label"))
            for name, kind in (("offers", ProfileConcept.Kind.OFFER), ("interests", ProfileConcept.Kind.INTEREST)):
                self.initial[name] = [tag.concept for tag in tags if tag.kind == kind]

    @property
    def told(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith("shows_")]

    @property
    def choices_shown(self) -> list[forms.BoundField]:
        """What others may see: one box to tick for each."""
        return [field for field in self if field.name.startswith("shows_")]

    def clean_phone(self) -> str:
        phone = " ".join(self.cleaned_data["phone"].split())
        if phone and not _PHONE.fullmatch(phone):
            raise ValidationError("Write a telephone number in figures, like 01632 960 001.")
        return phone

    def answers(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {
            "first_name": " ".join(data["first_name"].split()),
            "last_name": " ".join(data["last_name"].split()),
            "job_role": data.get("job_role"),
            "offers": data["offers"],
            "interests": data["interests"],
            "fields": {name: data[name] for name in PROFILE_FIELDS if name in data},
        }


class PhotoForm(forms.Form):
    """`cleaned_data["photo"]` is a square of its own pixels, with nothing of the file that came."""

    photo = forms.FileField(
        label="Choose a photo",
        help_text="A JPEG, PNG, GIF or WebP of up to 10 MB. It is cut to a square around the middle.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/gif,image/webp"}),
        error_messages={
            "required": "Choose a photo first.",
            "missing": "No photo arrived. Choose it again.",
            "empty": "The file is empty. Choose another photo.",
        },
    )

    def clean_photo(self) -> CleanFile:
        return cleaned_image(self.cleaned_data["photo"], max_side=PHOTO_SIDE, square=True)
