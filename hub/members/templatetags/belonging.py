"""`{% backed_by people %}` and `{% with_council person %}`: other rooms' people with the organisations they belong to."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils import timezone

from hub.accounts.models import User
from hub.members.models import Membership
from hub.organisations.models import Organisation

register = template.Library()


def _organisations(people: Iterable[User]) -> dict[int, Organisation]:
    """By person: the oldest of those they belong to now, with somebody's approval. One query."""
    memberships = Membership.objects.filter(user__in=list(people)).current(timezone.now()).approved().select_related("organisation")
    newest_first = memberships.order_by("-started_at", "-public_id")
    return {membership.user_id: membership.organisation for membership in newest_first}


@register.inclusion_tag("members/backed_by.html")
def backed_by(people: list[User]) -> dict[str, object]:
    """How many, and from where: names are nobody's business here."""
    places = {organisation.pk: organisation for organisation in _organisations(people).values()}
    return {"number": len(people), "places": sorted(places.values(), key=lambda place: place.name.casefold())}


@register.inclusion_tag("members/with_council.html")
def with_council(person: User | None) -> dict[str, object]:
    """Their name and organisation; None is somebody who has left the hub."""
    return {"person": person, "organisation": _organisations([person]).get(person.pk) if person else None}
