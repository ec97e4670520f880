"""What somebody tells of themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from hub.accounts.models import User
from hub.core.markdown import render
from hub.members import queries
from hub.members.models import Profile, ProfileConcept
from taxonomy.models import Concept

PROFILE_FIELDS = frozenset({"about", "phone", "shows_email", "shows_phone", "shows_job_role", "shows_interests", "shows_photo"})


@transaction.atomic
def save_profile(
    *,
    user: User,
    first_name: str,
    last_name: str,
    fields: Mapping[str, Any],
    by: User,
    now: dt.datetime,
    job_role: str | None = None,
    interests: Iterable[Concept] = (),
    offers: Iterable[Concept] = (),
) -> Profile:
    """`job_role` is kept with the membership that `queries.membership_of` names; None leaves it as it is."""
    if unknown := set(fields) - PROFILE_FIELDS:
        raise ValueError(f"No such fields of a profile: {sorted(unknown)}")
    user.first_name, user.last_name = first_name, last_name
    user.save(update_fields=["first_name", "last_name"])
    membership = queries.membership_of(user, now)
    if job_role is not None and membership is not None:
        membership.job_role = job_role
        membership.save(update_fields=["job_role"])
    profile = _profile(user, now)
    for name, value in fields.items():
        setattr(profile, name, value)
    profile.about_html = render(profile.about) if profile.about else ""
    profile.save()
    _tag(profile, ProfileConcept.Kind.INTEREST, interests)
    _tag(profile, ProfileConcept.Kind.OFFER, offers)
    return profile


@transaction.atomic
def set_photo(*, user: User, photo: ContentFile, by: User, now: dt.datetime) -> Profile:
    """`photo` is clean already (`hub.media`). The one before is deleted with the commit."""
    profile = _profile(user, now)
    _delete_later(profile)
    profile.photo = photo
    profile.save()
    return profile


@transaction.atomic
def remove_photo(*, user: User, by: User, now: dt.datetime) -> None:
    """The file is deleted with the commit."""
    profile = _profile(user, now)
    _delete_later(profile)
    profile.photo = ""
    profile.save()


def _profile(user: User, now: dt.datetime) -> Profile:
    profile, _ = Profile.objects.select_for_update().get_or_create(user=user, defaults={"changed_at": now})
    profile.changed_at = now
    return profile


def _tag(profile: Profile, kind: ProfileConcept.Kind, concepts: Iterable[Concept]) -> None:
    profile.concept_tags.filter(kind=kind).delete()
    ProfileConcept.objects.bulk_create(ProfileConcept(profile=profile, concept=concept, kind=kind) for concept in concepts)


def _delete_later(profile: Profile) -> None:
    if profile.photo:
        transaction.on_commit(partial(profile.photo.storage.delete, str(profile.photo.name)))
