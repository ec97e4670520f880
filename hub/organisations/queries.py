"""How councils become others, walked along the events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from hub.organisations.addresses import mail_domain_of
from hub.organisations.models import ChangeEvent, Organisation, OrganisationQuerySet


def successors_of(organisation: Organisation, on: dt.date) -> list[Organisation]:
    """The bodies that cover its area on that day: itself while it exists, nothing where the register names no successor.

    Chains are walked to their end (Taunton Deane, Somerset West and Taunton, Somerset): one query for each step.
    """
    found: dict[int, Organisation] = {}
    seen: set[int] = set()
    step = [organisation]
    while step:
        seen |= {body.pk for body in step}
        found |= {body.pk: body for body in step if exists_on(body, on)}
        gone = [body.pk for body in step if not exists_on(body, on)]
        step = list(_next(gone, on, seen)) if gone else []
    return sorted(found.values(), key=lambda body: body.name)


def _next(gone: list[int], on: dt.date, seen: set[int]) -> Iterable[Organisation]:
    return (
        Organisation.objects.filter(came_from__predecessors__in=gone, came_from__effective_on__lte=on)
        .exclude(pk__in=seen)
        .distinct()
    )


def predecessors_of(organisation: Organisation) -> list[Organisation]:
    """Every body whose area, or a part of it, came to this one, however long ago."""
    found: dict[int, Organisation] = {}
    step = [organisation.pk]
    while step:
        bodies = Organisation.objects.filter(became__successors__in=step).exclude(pk__in=[organisation.pk, *found]).distinct()
        step = [body.pk for body in bodies]
        found |= {body.pk: body for body in bodies}
    return sorted(found.values(), key=lambda body: body.name)


def changes_into(organisation: Organisation) -> list[ChangeEvent]:
    """The events that made it or added to it, with the bodies they came from; the latest first."""
    return list(organisation.came_from.prefetch_related("predecessors").order_by("-effective_on", "public_id"))


def changes_out_of(organisation: Organisation) -> list[ChangeEvent]:
    """The events that ended it, or will."""
    return list(organisation.became.prefetch_related("successors").order_by("effective_on", "public_id"))


def exists_on(organisation: Organisation, on: dt.date) -> bool:
    return organisation.abolished_on is None or organisation.abolished_on > on


def councils_of_address(address: str, on: dt.date) -> list[Organisation]:
    """The councils of that day which an address on one of their domains speaks for; nothing for any other address.

    The whole domain must be one on record. A domain of a council that is no more leads to whatever covers its area now.
    """
    domain = mail_domain_of(address)
    if not domain:
        return []
    owners = Organisation.objects.with_area().filter(mail_domains__domain=domain)
    found = {body.pk: body for owner in owners for body in successors_of(owner, on)}
    return sorted(found.values(), key=lambda body: body.name)


def councils_to_choose_from(on: dt.date) -> OrganisationQuerySet:
    """Whom somebody can work for today."""
    return Organisation.objects.with_area().current(on).order_by("name", "slug")


def suppliers_to_choose_from() -> OrganisationQuerySet:
    return Organisation.objects.suppliers().order_by("name", "slug")
