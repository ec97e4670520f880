"""Reading the directory of members: who is in it, and what one of them shows to this viewer."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat, Lower, Trim
from django.dispatch import Signal
from django.urls import reverse

from hub.accounts.models import User
from hub.core.audience import Viewer, reads_members_content
from hub.core.spreadsheets import as_csv
from hub.members.models import Member, MemberQuerySet, Membership, Profile, ProfileConcept
from hub.members.signals import DirectoryFilter, Offer, Section, filters_asked, offers_asked, sections_asked
from hub.organisations.models import Organisation, OrganisationQuerySet
from taxonomy.models import Concept

Chosen = Mapping[str, Any]  # a filter form's cleaned data: what could not be read is not in it

FEWEST_LETTERS = 2  # of a name, before anybody is suggested
ONLY_YOU = "only you see this"
FOR_MEMBERS = "members see this"


@dataclass(frozen=True)
class Person:
    """A member as one viewer meets them: what they keep to themselves is not in it.

    `facts` are rows of components/facts.html; to their owner they say who sees them.
    """

    name: str
    public_id: str
    url: str
    initials: str
    photo_url: str
    job_role: str
    council: Organisation | None
    roles: list[str]
    about_html: str
    offers: list[Concept]
    other_offers: list[Offer]
    interests: list[Concept]
    facts: list[dict[str, str]] = field(default_factory=list)

    @property
    def offers_in_words(self) -> list[str]:
        return [*(concept.label for concept in self.offers), *(offer.label for offer in self.other_offers)]


# --- The list --------------------------------------------------------------------------------------------------------------


def members_for_list(viewer: Viewer, chosen: Chosen, conditions: Iterable[Q], now: dt.datetime) -> MemberQuerySet:
    """`conditions` are those of filters that other rooms added."""
    members = Member.objects.visible_to(viewer).for_cards(now)
    if text := chosen.get("q"):
        members = members.filter(_named_like(text, now))
    if council := chosen.get("council"):
        members = members.at(now, pk=council.pk)
    if tier := chosen.get("tier"):
        members = members.at(now, tier=tier)
    if concept := chosen.get("concept"):
        tags = ProfileConcept.objects.shown().filter(concept=concept, profile__user=OuterRef("pk"))
        members = members.filter(Exists(tags))
    for condition in conditions:
        members = members.filter(condition)
    by_name = (Lower("last_name"), Lower("first_name"), "public_id")
    return members.order_by("-joined_at", *by_name) if chosen.get("sort") == "newest" else members.order_by(*by_name)


def _named_like(text: str, now: dt.datetime) -> Q:
    """Every word stands in the name, the council's name, or the job role where that is shown."""
    found = Q()
    for word in text.split():
        current = Membership.objects.approved().current(now).filter(user=OuterRef("pk"))
        of_council = current.exclude(organisation__kind=Organisation.Kind.SUPPLIER).filter(organisation__name__icontains=word)
        role_shown = current.filter(job_role__icontains=word).exclude(user__profile__shows_job_role=False)
        found &= Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(Exists(of_council)) | Q(Exists(role_shown))
    return found


def people(members: Iterable[Member], viewer: Viewer) -> list[Person]:
    """Needs `for_cards()`; asks the other rooms once for all."""
    members = list(members)
    offers = _offers_of([member.pk for member in members], viewer)
    return [_person(member, viewer, offers[member.pk]) for member in members]


def _offers_of(keys: Sequence[int], viewer: Viewer) -> dict[int, list[Offer]]:
    found: dict[int, list[Offer]] = defaultdict(list)
    for told in _answers(offers_asked, people=keys, viewer=viewer):
        for key, offers in told.items():
            found[key] += offers
    return found


def added_filters(viewer: Viewer) -> list[DirectoryFilter]:
    return _answers(filters_asked, viewer=viewer)


def councils_to_choose_from(viewer: Viewer, now: dt.datetime) -> OrganisationQuerySet:
    """Those that somebody in the directory works for."""
    current = Membership.objects.approved().current(now).filter(user__in=Member.objects.visible_to(viewer))
    councils = Organisation.objects.visible_to(viewer).exclude(kind=Organisation.Kind.SUPPLIER)
    return councils.filter(Exists(current.filter(organisation=OuterRef("pk")))).order_by(Lower("name"), "slug")


def terms_to_choose_from(viewer: Viewer, chosen: str) -> Any:
    tags = ProfileConcept.objects.shown().filter(profile__user__in=Member.objects.visible_to(viewer))
    return Concept.objects.visible_to(viewer).to_choose_from(tags, chosen)


def members_csv(members: Iterable[Member], viewer: Viewer) -> str:
    """Without email addresses and telephone numbers, shown or not: the directory is no mailing list (matrix row 26)."""
    rows = [
        [
            person.name,
            person.job_role,
            person.council.name if person.council else "",
            "; ".join(person.roles),
            "; ".join(person.offers_in_words),
            "; ".join(concept.label for concept in person.interests),
            f"{settings.SITE_URL}{person.url}",
        ]
        for person in people(members, viewer)
    ]
    heads = ["Name", "Job role", "Council", "Also", "Happy to be asked about", "Interested in", "Page"]
    return as_csv(heads, rows)


# --- One person --------------------------------------------------------------------------------------------------------------


def person(member: Member, viewer: Viewer) -> Person:
    return people([member], viewer)[0]


def sections(member: Member, viewer: Viewer) -> list[Section]:
    return [section for told in _answers(sections_asked, person=member, viewer=viewer) for section in told]


def profile_of(user: User, now: dt.datetime) -> Person:
    """As its owner sees it, whatever their role."""
    return person(Member.objects.for_cards(now).get(pk=user.pk), user)


def addresses_of(viewer: Viewer, keys: Iterable[int | None]) -> dict[int, str]:
    """Where the bylines of these users (primary keys) lead this viewer; somebody outside the directory has no entry.

    One query, and none for whoever may not read the directory.
    """
    wanted = {key for key in keys if key is not None}
    if not wanted or not reads_members_content(viewer):
        return {}
    rows = Member.objects.visible_to(viewer).filter(pk__in=wanted).values_list("pk", "public_id")
    return {key: reverse("members:person", kwargs={"public_id": public_id}) for key, public_id in rows}


# --- By name -----------------------------------------------------------------------------------------------------------------

# As `Person.name` writes it.
_NAME = Trim(Concat("first_name", Value(" "), "last_name"))


@dataclass(frozen=True)
class Completion:
    name: str
    council: str


def known_by_name(viewer: Viewer, names: Iterable[str]) -> dict[str, int]:
    """Primary keys of the members of today whom one of these names means, and nobody else's. One query.

    The same for every member, whoever asks: what comes of it says nothing of who wrote a text.
    """
    wanted = set(names)
    if not wanted or not reads_members_content(viewer):
        return {}
    rows: list[tuple[str, int]] = list(
        _by_name(viewer).filter(name__in=wanted).values_list("name", "pk")  # type: ignore[misc]  # annotated
    )
    held = Counter(name for name, _ in rows)
    return {name: key for name, key in rows if held[name] == 1}


def completions(viewer: Viewer, text: str, most: int, now: dt.datetime) -> list[Completion]:
    """Members whose name, or a word of it, begins so, and who can be meant by their name alone."""
    text = " ".join(text.split())
    if len(text) < FEWEST_LETTERS or not reads_members_content(viewer):
        return []
    begins = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    found = _by_name(viewer).filter(begins).for_cards(now).order_by(Lower("first_name"), Lower("last_name"), "public_id")
    members = list(found[: 2 * most])
    known = known_by_name(viewer, [member.get_full_name() for member in members])
    return [
        Completion(name, str(member.membership.organisation) if member.membership else "")
        for member in members
        if (name := member.get_full_name()) in known
    ][:most]


def _by_name(viewer: Viewer) -> MemberQuerySet:
    return Member.objects.visible_to(viewer).annotate(name=_NAME)


def _person(member: Member, viewer: Viewer, other_offers: list[Offer]) -> Person:
    profile = getattr(member, "profile", None) or Profile(user=member)
    is_own = viewer.pk == member.pk
    membership = member.membership
    job_role = membership.job_role if membership else ""
    return Person(
        name=member.get_full_name() or "A member",
        public_id=member.public_id,
        url=member.get_absolute_url(),
        initials="".join(name[:1] for name in (member.first_name, member.last_name)).upper(),
        photo_url=_photo_url(member, profile) if profile.shows_photo or is_own else "",
        job_role=job_role if profile.shows_job_role or is_own else "",
        council=membership.organisation if membership else None,
        roles=member.roles_shown,
        about_html=profile.about_html,
        offers=_terms(profile, ProfileConcept.Kind.OFFER),
        other_offers=other_offers,
        interests=_terms(profile, ProfileConcept.Kind.INTEREST) if profile.shows_interests or is_own else [],
        facts=_facts(member, profile, is_own=is_own),
    )


def _terms(profile: Profile, kind: ProfileConcept.Kind) -> list[Concept]:
    return profile.terms(kind) if profile.pk else []


def _answers(signal: Signal, **sent: Any) -> list[Any]:
    return [answer for _, answer in signal.send(Member, **sent)]


def _photo_url(member: Member, profile: Profile) -> str:
    if not profile.photo:
        return ""
    return reverse("members:photo", kwargs={"public_id": member.public_id, "name": str(profile.photo.name).rpartition("/")[2]})


def _facts(member: Member, profile: Profile, *, is_own: bool) -> list[dict[str, str]]:
    """How to reach them."""
    rows = [
        ("Email address", member.email, f"mailto:{member.email}", profile.shows_email),
        ("Telephone", profile.phone, f"tel:{profile.phone.replace(' ', '')}", profile.shows_phone),
    ]
    return [
        {"name": name, "value": value, "url": url, "audience": (FOR_MEMBERS if shown else ONLY_YOU) if is_own else ""}
        for name, value, url, shown in rows
        if value and (shown or is_own)
    ]
