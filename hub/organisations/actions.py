"""Every write to the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.utils.text import slugify

from hub.accounts.models import User
from hub.organisations.comparison import BODY_FIELDS, PLAIN_FIELDS, Comparison, Difference, Succession
from hub.organisations.domain_list import DomainComparison
from hub.organisations.models import AlternativeName, ChangeEvent, Identifier, MailDomain, Organisation

ENDING = (ChangeEvent.Kind.MERGE, ChangeEvent.Kind.SPLIT, ChangeEvent.Kind.TAKEOVER, ChangeEvent.Kind.ABOLITION)


@transaction.atomic
def record_council(
    *,
    name: str,
    short_name: str,
    by: User | None,
    now: dt.datetime,
    slug: str = "",
    code: str = "",
    alternative_names: Iterable[str] = (),
    kind: Organisation.Kind = Organisation.Kind.COUNCIL,
    **facts: Any,
) -> Organisation:
    """Record a body that the register does not have; one at that slug that is on record is left as it is.

    `facts` are fields of Organisation.
    """
    slug = slug or slugify(short_name)
    organisation, is_new = Organisation.objects.get_or_create(
        slug=slug, defaults={"name": name, "short_name": short_name, "kind": kind, **facts}
    )
    if is_new and code:
        Identifier.objects.create(organisation=organisation, scheme=Identifier.Scheme.LOCAL_AUTHORITY, value=code)
    if is_new:
        AlternativeName.objects.bulk_create(
            AlternativeName(organisation=organisation, name=other) for other in dict.fromkeys(alternative_names)
        )
    return organisation


@transaction.atomic
def record_supplier(
    *, name: str, by: User | None, now: dt.datetime, slug: str = "", website: str = "", about: str = ""
) -> Organisation:
    """A supplier of that name that is on record already is the same one, whatever its capitals."""
    known = Organisation.objects.suppliers().filter(name__iexact=name.strip()).order_by("public_id").first()
    if known:
        return known
    return Organisation.objects.create(
        name=name.strip(),
        short_name=name.strip()[:120],
        slug=slug or _free_slug(name),
        kind=Organisation.Kind.SUPPLIER,
        website=website,
        about=about,
    )


@transaction.atomic
def record_change(
    *,
    kind: ChangeEvent.Kind,
    effective_on: dt.date,
    predecessors: Sequence[Organisation],
    successors: Sequence[Organisation],
    by: User | None,
    now: dt.datetime,
    note: str = "",
) -> ChangeEvent:
    """The same change twice is one event. Predecessors that do not live on are abolished on the day, unless a day is on record."""
    event = _same_change(effective_on, predecessors, successors)
    if event is None:
        event = ChangeEvent.objects.create(kind=kind, effective_on=effective_on, note=note)
        event.predecessors.set(predecessors)
        event.successors.set(successors)
    for predecessor in predecessors:
        if kind in ENDING and predecessor not in successors and predecessor.abolished_on is None:
            predecessor.abolished_on = effective_on
            predecessor.save()
    return event


def _same_change(on: dt.date, predecessors: Sequence[Organisation], successors: Sequence[Organisation]) -> ChangeEvent | None:
    events = ChangeEvent.objects.filter(effective_on=on, predecessors__in=predecessors).distinct()
    for event in events.prefetch_related("predecessors", "successors"):
        if set(event.predecessors.all()) == set(predecessors) and set(event.successors.all()) == set(successors):
            return event
    return None


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:110] or "supplier"
    slug, number = wanted, 1
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug


# --- Mail domains -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_mail_domain(*, organisation: Organisation, domain: str, by: User | None, now: dt.datetime) -> MailDomain:
    """One that the council has already stays as it is."""
    row, _ = MailDomain.objects.get_or_create(organisation=organisation, domain=domain.lower())
    return row


@transaction.atomic
def import_mail_domains(*, comparison: DomainComparison, remove_unlisted: bool, by: User | None, now: dt.datetime) -> None:
    """Write what the comparison found. `by` is None from the command line."""
    MailDomain.objects.bulk_create(
        MailDomain(domain=domain, organisation_id=comparison.keys[code]) for domain, code in comparison.added
    )
    if remove_unlisted:
        MailDomain.objects.filter(pk__in=[row.pk for row in comparison.unlisted]).delete()


# --- The register ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def import_register(*, comparison: Comparison, by: User | None, now: dt.datetime) -> None:
    """Write what the comparison found. `by` is None from the command line. Organisations are added and changed, never deleted."""
    keys = dict(comparison.keys)
    organisations = _add(comparison.added, keys)
    organisations += _change(comparison.changed, keys)
    _add_names_and_codes([*comparison.added, *comparison.changed], keys)
    for succession in comparison.successions:
        _record_succession(succession, keys)
    for event, codes in comparison.withdrawn:
        event.predecessors.remove(*(keys[code] for code in codes))
        if not event.predecessors.exists():
            event.delete()
    transaction.on_commit(partial(_announce, organisations))


def _add(added: list[Difference], keys: dict[str, int]) -> list[Organisation]:
    """Counties and combined authorities may be new themselves, so rows point at each other once all have keys."""
    organisations = [
        Organisation(slug=difference.slug, **{name: getattr(difference.authority, name) for name in PLAIN_FIELDS})
        for difference in added
    ]
    Organisation.objects.bulk_create(organisations)
    keys |= {difference.authority.code: row.pk for difference, row in zip(added, organisations, strict=True)}
    for difference, row in zip(added, organisations, strict=True):
        for name in BODY_FIELDS:
            setattr(row, f"{name}_id", keys.get(getattr(difference.authority, name)))
    Organisation.objects.bulk_update(organisations, BODY_FIELDS, batch_size=200)
    return organisations


def _change(changed: list[Difference], keys: dict[str, int]) -> list[Organisation]:
    organisations = []
    for difference in changed:
        assert difference.organisation is not None  # noqa: S101 - what `changed` means
        organisations.append(difference.organisation)
        for change in difference.fields:
            if change.field in BODY_FIELDS:
                setattr(difference.organisation, f"{change.field}_id", keys.get(str(change.after)))
            else:
                setattr(difference.organisation, change.field, change.after)
    Organisation.objects.bulk_update(organisations, [*PLAIN_FIELDS, *BODY_FIELDS], batch_size=100)
    return organisations


def _add_names_and_codes(differences: list[Difference], keys: dict[str, int]) -> None:
    AlternativeName.objects.bulk_create(
        AlternativeName(organisation_id=keys[difference.authority.code], name=name)
        for difference in differences
        for name in difference.names
    )
    Identifier.objects.bulk_create(
        Identifier(organisation_id=keys[difference.authority.code], scheme=scheme, value=value)
        for difference in differences
        for scheme, value in difference.codes
    )


def _record_succession(succession: Succession, keys: dict[str, int]) -> None:
    event = succession.event
    if event is None:
        event = ChangeEvent.objects.create(
            kind=succession.kind, effective_on=succession.effective_on, source=ChangeEvent.Source.REGISTER
        )
        event.successors.set(keys[code] for code in succession.successors)
    elif event.source == ChangeEvent.Source.REGISTER:
        event.kind, event.effective_on = succession.kind, succession.effective_on
        event.save()
    event.predecessors.add(*(keys[code] for code in succession.missing))


def _announce(organisations: list[Organisation]) -> None:
    """Bulk writes send no signals; the search index waits for one."""
    for organisation in organisations:
        post_save.send(sender=Organisation, instance=organisation, created=False, raw=False, using="default", update_fields=None)
