"""Reading councils' records: lists for the directory, totals, and what waits to be confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import Any, NamedTuple

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Lower

from hub.accounts.models import User
from hub.core.audience import Viewer, reads_members_content
from hub.members.models import Member, MemberQuerySet
from hub.members.queries import own_council_ids, own_supplier_ids
from hub.organisations.models import Organisation, OrganisationQuerySet
from stepshare.models import (
    RECORD_OWN,
    Installation,
    InstallationQuerySet,
    Product,
    ProductConcept,
    ProductFollow,
    ProductOffer,
    ProductQuerySet,
    Project,
    ProjectQuerySet,
    ProposedEntry,
    ProposedEntryQuerySet,
)

MOST_COMPLETIONS = 8
Chosen = Mapping[str, Any]  # a filter form's cleaned data: what could not be read is not in it


def totals(viewer: Viewer, today: dt.date) -> dict[str, int]:
    return {
        "councils": Organisation.objects.visible_to(viewer).with_area().current(today).count(),
        "councils_on_record": Installation.objects.visible_to(viewer).not_retired().values("council").distinct().count(),
        "systems": Product.objects.visible_to(viewer).count(),
        "projects": Project.objects.visible_to(viewer).count(),
    }


def to_confirm(viewer: Viewer, today: dt.date) -> int:
    """How many facts of the viewer's own council nobody has confirmed for a year."""
    councils = own_council_ids(viewer)
    if not councils or not viewer.has_perm(RECORD_OWN):
        return 0
    facts = Installation.objects.visible_to(viewer).filter(council__in=councils)
    return facts.stale(today).count()


def awaiting(viewer: Viewer) -> ProposedEntryQuerySet:
    """What waits for this viewer to decide, the oldest first."""
    return ProposedEntry.objects.awaiting(viewer).for_rows().order_by("proposed_at", "public_id")


def sent(viewer: Viewer) -> ProposedEntryQuerySet:
    """What this viewer has sent, and what their colleagues at a supplier have; what waits comes first."""
    order = Case(When(state=ProposedEntry.State.WAITING, then=0), default=1)
    return ProposedEntry.objects.sent_by(viewer).for_rows().order_by(order, "-proposed_at", "public_id")


def own_waiting_change(viewer: Viewer, row: Installation | Project) -> ProposedEntry | None:
    about = {"project": row} if isinstance(row, Project) else {"installation": row}
    return ProposedEntry.objects.sent_by(viewer).waiting().filter(supplier=None, **about).first()


# --- Councils ----------------------------------------------------------------------------------------------------------------


def councils_for_list(viewer: Viewer, chosen: Chosen, today: dt.date) -> OrganisationQuerySet:
    """Councils of today; by name, also those that are no more, since people still know them."""
    councils = Organisation.objects.visible_to(viewer).with_area().for_cards()
    text = chosen.get("q")
    councils = councils.named_like(text) if text else councils.current(today)
    for field in ("nation", "tier"):
        if chosen.get(field):
            councils = councils.filter(**{field: chosen[field]})
    councils = councils.annotate(
        system_count=_number_of("council", Installation.objects.visible_to(viewer).not_retired(), "product")
    )
    if chosen.get("on_record"):
        councils = councils.filter(system_count__gt=0)
    return councils.order_by(Lower("short_name"), "slug")


def systems_of(viewer: Viewer, council: Organisation) -> InstallationQuerySet:
    return Installation.objects.visible_to(viewer).filter(council=council).for_facts().retired_last("product__name")


def projects_of(viewer: Viewer, council: Organisation) -> ProjectQuerySet:
    """Its own and those it is a partner in."""
    partner = Project.partners.through.objects.filter(project=OuterRef("pk"), organisation=council)
    projects = Project.objects.visible_to(viewer).filter(Q(council=council) | Exists(partner))
    return projects.for_cards().order_by("-changed_at", "public_id")


# --- Systems -----------------------------------------------------------------------------------------------------------------


def systems_for_list(viewer: Viewer, chosen: Chosen) -> ProductQuerySet:
    """Each with `council_count`, the councils that this viewer may know to use it."""
    facts = Installation.objects.visible_to(viewer)
    systems = (
        Product.objects.visible_to(viewer).for_cards().annotate(council_count=_number_of("product", facts.in_use(), "council"))
    )
    if text := chosen.get("q"):
        systems = systems.filter(
            Q(name__icontains=text)
            | Q(former_names__icontains=text)
            | Q(summary__icontains=text)
            | Q(supplier__name__icontains=text)
        )
    if concept := chosen.get("concept"):
        systems = systems.filter(Exists(ProductConcept.objects.filter(product=OuterRef("pk"), concept=concept)))
    if supplier := chosen.get("supplier"):
        systems = systems.filter(supplier=supplier)
    if status := chosen.get("status"):
        systems = systems.filter(Exists(facts.filter(product=OuterRef("pk"), status=status)))
    by_name = (Lower("name"), "slug")
    order: dict[str, tuple[Any, ...]] = {"councils": ("-council_count", *by_name), "newest": ("-entered_at", *by_name)}
    return systems.order_by(*order.get(chosen.get("sort") or "", by_name))


def systems_for_export(viewer: Viewer, chosen: Chosen) -> ProductQuerySet:
    """As the list; for members with `known_installations`, the facts that the viewer may see."""
    systems = systems_for_list(viewer, chosen)
    if not reads_members_content(viewer):
        return systems
    facts = Installation.objects.visible_to(viewer).select_related("council").order_by(Lower("council__short_name"), "public_id")
    return systems.prefetch_related(Prefetch("installations", facts, to_attr="known_installations"))


def users_of(viewer: Viewer, product: Product) -> InstallationQuerySet:
    return Installation.objects.visible_to(viewer).filter(product=product).for_facts().retired_last("council__short_name")


def council_count(viewer: Viewer, product: Product) -> int:
    facts = Installation.objects.visible_to(viewer).filter(product=product).in_use()
    return facts.values("council").distinct().count()


def _number_of(key: str, facts: InstallationQuerySet, counted: str) -> Coalesce:
    """A number for each row whose key the facts carry, counted in the one query of the list."""
    rows = (
        facts.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(number=Count(counted, distinct=True)).values("number")
    )
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def suppliers_with_systems() -> OrganisationQuerySet:
    return Organisation.objects.filter(Exists(Product.objects.filter(supplier=OuterRef("pk")))).order_by(Lower("name"), "slug")


def own_suppliers(viewer: Viewer) -> list[Organisation]:
    """Those the viewer works for."""
    return list(Organisation.objects.filter(pk__in=own_supplier_ids(viewer)).order_by(Lower("name"), "slug"))


def council_names(today: dt.date) -> list[str]:
    return list(Organisation.objects.with_area().current(today).order_by(Lower("name"), "slug").values_list("name", flat=True))


def supplier_names() -> list[str]:
    return list(Organisation.objects.suppliers().order_by(Lower("name"), "slug").values_list("name", flat=True))


def near_products(name: str) -> list[Product]:
    """Products that somebody may mean: equal but for spelling, or one name within the other."""
    wanted = _plain(name)
    if not wanted:
        return []
    products = Product.objects.select_related("supplier").order_by(Lower("name"), "slug")
    return [product for product in products if any(_is_near(wanted, _plain(known)) for known in _names(product))][:8]


def _names(product: Product) -> list[str]:
    return [product.name, *(name for name in product.former_names.split(",") if name.strip())]


def _plain(name: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())


def _is_near(wanted: str, known: str) -> bool:
    if f" {wanted} " in f" {known} " or f" {known} " in f" {wanted} ":
        return True
    return SequenceMatcher(None, wanted.replace(" ", ""), known.replace(" ", "")).ratio() >= 0.82


# --- Projects ----------------------------------------------------------------------------------------------------------------


def projects_for_list(viewer: Viewer, chosen: Chosen) -> ProjectQuerySet:
    """The latest change first."""
    projects = Project.objects.visible_to(viewer).for_cards()
    for field in ("phase", "seeking"):
        if chosen.get(field):
            projects = projects.filter(**{field: chosen[field]})
    if concept := chosen.get("concept"):
        projects = projects.filter(concept_tags__concept=concept)
    return projects.order_by("-changed_at", "public_id")


def projects_seeking(viewer: Viewer) -> ProjectQuerySet:
    """Those that look for something from other councils and are still under way."""
    projects = Project.objects.visible_to(viewer).exclude(seeking="").exclude(phase=Project.Phase.CLOSED)
    return projects.for_cards().order_by("-changed_at", "public_id")


def projects_with(viewer: Viewer, product: Product) -> ProjectQuerySet:
    return Project.objects.visible_to(viewer).filter(products=product).for_cards().order_by("-changed_at", "public_id")


# --- People to ask ----------------------------------------------------------------------------------------------------------


def people_to_ask(viewer: Viewer, product: Product, now: dt.datetime) -> MemberQuerySet:
    """Members who are happy to be asked about it, the first to say so first; to an outsider, nobody."""
    members = (
        Member.objects.visible_to(viewer).filter(product_offers__product=product)
        if reads_members_content(viewer)
        else Member.objects.none()
    )
    return members.for_cards(now).order_by("product_offers__offered_at", "public_id")


def people_at(viewer: Viewer, council: Organisation, now: dt.datetime) -> MemberQuerySet:
    """Members who work there, by name; to an outsider, nobody."""
    members = Member.objects.visible_to(viewer).at(now, pk=council.pk) if reads_members_content(viewer) else Member.objects.none()
    return members.for_cards(now).order_by(Lower("last_name"), Lower("first_name"), "public_id")


def offers_of(viewer: Viewer, people: Iterable[int]) -> QuerySet[ProductOffer]:
    """`people` are users' primary keys."""
    offers = ProductOffer.objects.visible_to(viewer).filter(user__in=list(people))
    return offers.select_related("product").order_by(Lower("product__name"), "product__slug")


def systems_offered(viewer: Viewer) -> ProductQuerySet:
    """Those that somebody in the directory is happy to be asked about."""
    offers = ProductOffer.objects.visible_to(viewer).filter(product=OuterRef("pk"))
    return Product.objects.visible_to(viewer).filter(Exists(offers)).order_by(Lower("name"), "slug")


def follows(viewer: Viewer, product: Product) -> bool:
    return isinstance(viewer, User) and ProductFollow.objects.filter(product=product, user=viewer).exists()


def has_offered(viewer: Viewer, product: Product) -> bool:
    return isinstance(viewer, User) and ProductOffer.objects.filter(product=product, user=viewer).exists()


# --- Names people write on forms ---------------------------------------------------------------------------------------------


def councils_named(names: Iterable[str]) -> dict[str, list[Organisation]]:
    """Whom each name may mean, by any name the register knows; a body of today before one that is no more."""
    found: dict[str, list[Organisation]] = {}
    for name in names:
        councils = list(
            Organisation.objects.with_area()
            .filter(Q(name__iexact=name) | Q(short_name__iexact=name) | Q(alternative_names__name__iexact=name))
            .distinct()
            .order_by("slug")
        )
        current = [council for council in councils if council.abolished_on is None]
        found[name] = current or councils
    return found


def systems_named(names: Iterable[str]) -> dict[str, list[Product]]:
    return {name: list(Product.objects.filter(name__iexact=name).order_by("slug")) for name in names}


def projects_titled(viewer: Viewer, titles: Iterable[str]) -> dict[str, list[Project]]:
    return {title: list(Project.objects.visible_to(viewer).filter(title__iexact=title).order_by("public_id")) for title in titles}


def like_council_names(name: str) -> list[str]:
    names = Organisation.objects.with_area().filter(abolished_on=None).values_list("name", "short_name")
    near = get_close_matches(name.casefold(), [short.casefold() for _, short in names], n=3, cutoff=0.75)
    return [full for full, short in names if short.casefold() in near][:3]


def like_system_names(name: str) -> list[str]:
    return [product.name for product in near_products(name)][:3]


class Completion(NamedTuple):
    """`about` tells two of one name apart."""

    name: str
    about: str


def systems_beginning(viewer: Viewer, text: str) -> list[Completion]:
    rows = _beginning(Product.objects.visible_to(viewer).select_related("supplier"), text, "name").order_by(Lower("name"), "slug")
    return [Completion(row.name, row.supplier.name if row.supplier else "") for row in rows[:MOST_COMPLETIONS]]


def projects_beginning(viewer: Viewer, text: str) -> list[Completion]:
    rows = _beginning(Project.objects.visible_to(viewer).select_related("council"), text, "title")
    return [Completion(row.title, str(row.council)) for row in rows.order_by(Lower("title"), "public_id")[:MOST_COMPLETIONS]]


def councils_beginning(viewer: Viewer, text: str) -> list[Completion]:
    """Of today's."""
    councils = Organisation.objects.visible_to(viewer).with_area().filter(abolished_on=None)
    rows = _beginning(councils, text, "name", "short_name").order_by(Lower("name"), "slug")[:MOST_COMPLETIONS]
    return [Completion(row.name, row.get_tier_display()) for row in rows]


def _beginning(rows: QuerySet[Any], text: str, *fields: str) -> QuerySet[Any]:
    """A word of theirs begins so."""
    if not text:
        return rows.none()
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__istartswith": text}) | Q(**{f"{field}__icontains": f" {text}"})
    return rows.filter(found)


COMPLETIONS = {"councils": councils_beginning, "projects": projects_beginning, "systems": systems_beginning}
