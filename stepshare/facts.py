"""Turns a council's record into rows and sentences: what is said, how old it is, who may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from hub.organisations.models import ChangeEvent, Organisation
from hub.organisations.queries import changes_into, changes_out_of, exists_on, successors_of
from stepshare.models import FactAudience, Installation

FEWEST_COUNTED = 3  # below it, an outsider is told "fewer than 3": a small number names the councils

AUDIENCE_WORDS = {FactAudience.MEMBERS.value: "members only", FactAudience.COUNCIL.value: "own council only"}


@dataclass(frozen=True)
class InstallationFact:
    """One row of "systems in use"; `name` is the product on a council's page and the council on a product's."""

    public_id: str
    name: str
    url: str
    value: str
    details: list[str]
    age: str
    audience: str
    note: str
    is_stale: bool
    is_retired: bool


@dataclass(frozen=True)
class Sentence:
    """Words around links to other bodies."""

    before: str
    bodies: list[Organisation]
    after: str


def installation_fact(installation: Installation, subject: Organisation | None, now: dt.datetime) -> InstallationFact:
    """Needs `InstallationQuerySet.for_facts`. `subject` is the council on whose page the row stands, if it does."""
    other = installation.council if subject is None else installation.product
    return InstallationFact(
        public_id=installation.public_id,
        name=other.name,
        url=other.get_absolute_url(),
        value=_value(installation),
        details=_details(installation),
        age=_age(installation, now),
        audience=AUDIENCE_WORDS.get(installation.audience, ""),
        note=source_note(installation.source, has_lead=getattr(installation, "has_lead", True)),
        is_stale=installation.is_stale(timezone.localdate(now)),
        is_retired=installation.status == Installation.Status.RETIRED,
    )


def source_note(source: str, *, has_lead: bool) -> str:
    """Whom it comes from, where that is not whoever answers for the council's record."""
    if source == Installation.Source.SUPPLIER:
        return "suggested by the supplier, confirmed by the council"
    if source == Installation.Source.SUPPLIER_UNCONFIRMED:
        return "suggested by the supplier, accepted by a facilitator"
    return "entered by a member" if source == Installation.Source.MEMBER and not has_lead else ""


def _value(installation: Installation) -> str:
    parts = [installation.get_status_display()]
    if installation.version:
        parts.append(f"version {installation.version}")
    if installation.hosting != Installation.Hosting.UNKNOWN:
        label = installation.get_hosting_display()
        parts.append(label[0].lower() + label[1:])
    if installation.users != Installation.Users.UNKNOWN:
        label = installation.get_users_display()
        parts.append(f"{label[0].lower()}{label[1:]} users")
    return ", ".join(parts)


def _details(installation: Installation) -> list[str]:
    details = [installation.used_for] if installation.used_for else []
    if installation.local_name:
        details.append(f"Known there as “{installation.local_name}”.")
    if installation.went_live_on:
        details.append(f"Went live on {installation.went_live_on:%-d %B %Y}.")
    if installation.planned_exit_on:
        details.append(f"Planned to end on {installation.planned_exit_on:%-d %B %Y}.")
    if installation.legacy_area:
        details.append(f"Inherited from {installation.legacy_area.name}.")
    return details


def _age(installation: Installation, now: dt.datetime) -> str:
    if installation.last_confirmed_at is None:
        return "not confirmed yet"
    return f"confirmed {ago(installation.last_confirmed_at, now)}"


def ago(then: dt.datetime, now: dt.datetime) -> str:
    """Rounded down, as people say it."""
    days = max((timezone.localdate(now) - timezone.localdate(then)).days, 0)
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    for length, least, unit in ((365.25, 365, "year"), (30.44, 61, "month"), (7, 14, "week"), (1, 2, "day")):
        if days >= least:
            number = max(int(days / length), 1)
            return f"{number} {unit}{'' if number == 1 else 's'} ago"
    raise AssertionError(days)


def councils_in_words(count: int, *, for_member: bool) -> str:
    """How many councils use a system, as far as this reader may know."""
    if count == 0:
        return "no council has it on record" if for_member else "no council shows it in public"
    if count < FEWEST_COUNTED and not for_member:
        return f"fewer than {FEWEST_COUNTED} councils"
    return f"{count} council{'' if count == 1 else 's'}"


def council_facts(council: Organisation) -> list[dict[str, object]]:
    """Rows of components/facts.html. Needs `county` and `combined_authority` loaded."""
    rows: list[dict[str, object]] = [{"name": "Kind", "value": council.get_tier_display() or council.get_kind_display()}]
    if council.nation:
        rows.append({"name": "Nation", "value": council.get_nation_display()})
    if council.region and council.region != council.nation:
        rows.append({"name": "Region", "value": council.region})
    for name, body in (("County", council.county), ("Combined authority", council.combined_authority)):
        if body:
            rows.append({"name": name, "value": body.name, "url": body.get_absolute_url()})
    if council.population:
        rows.append({"name": "Population", "value": f"{council.population:,}", "age": "in 2020"})
    if council.website:
        shown = council.website.partition("://")[2].rstrip("/")
        rows.append({"name": "Website", "value": shown, "url": council.website})
    return rows


# --- Succession --------------------------------------------------------------------------------------------------------------

_MADE_FROM = {
    ChangeEvent.Kind.MERGE: "Made from",
    ChangeEvent.Kind.SPLIT: "Took on part of the area of",
    ChangeEvent.Kind.TAKEOVER: "Took on the area of",
    ChangeEvent.Kind.RENAME: "New name for",
    ChangeEvent.Kind.BOUNDARY: "Took on some area of",
}


def origins(council: Organisation) -> list[Sentence]:
    return [
        Sentence(_MADE_FROM[ChangeEvent.Kind(event.kind)], bodies, f"on {event.effective_on:%-d %B %Y}.")
        for event in changes_into(council)
        if event.kind in _MADE_FROM and (bodies := sorted(event.predecessors.all(), key=lambda body: body.name))
    ]


def fate(council: Organisation, today: dt.date) -> Sentence | None:
    """What became of its area, walked to the bodies of today; or what will, where the day is still to come."""
    if council.abolished_on is None:
        return None
    day = f"{council.abolished_on:%-d %B %Y}"
    if exists_on(council, today):
        bodies = [body for event in changes_out_of(council) for body in event.successors.all()]
        return Sentence(f"Ends on {day}; its area becomes part of", bodies, ".") if bodies else Sentence(f"Ends on {day}.", [], "")
    bodies = successors_of(council, today)
    if not bodies:
        return Sentence(f"Abolished on {day}. The register does not say what its area is part of now.", [], "")
    return Sentence(f"Abolished on {day}; its area is now part of", bodies, ".")
