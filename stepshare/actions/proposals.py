"""What waits for a council's yes: sent, changed, withdrawn, accepted, declined. Who may is asked in `access`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hub.accounts.models import User
from hub.organisations.models import Organisation
from hub.organisations.queries import exists_on
from stepshare import letters, proposed
from stepshare.actions.record import (
    change_installation,
    change_project,
    record_installation,
    record_project,
)
from stepshare.models import Installation, Product, Project, ProposedEntry

State, Kind = ProposedEntry.State, ProposedEntry.Kind
# A supplier that was told no may ask again after this.
SUGGEST_AGAIN_AFTER = dt.timedelta(days=180)


class NotDone(Exception):
    """Nothing was written; its text says why, and what to do, to whoever asked for it."""


class NothingNew(NotDone):
    """What is asked for is on record already."""


class SeenAnother(NotDone):
    """What was shown to whoever decides has changed since."""


# --- Sending -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_installation(
    *, council: Organisation, product: Product, fields: Mapping[str, Any], by: User, now: dt.datetime
) -> ProposedEntry:
    return ProposedEntry.objects.create(
        council=council,
        kind=Kind.ADD_SYSTEM,
        subject=product.name,
        product=product,
        data=proposed.told(fields),
        proposed_by=by,
        proposed_at=now,
    )


@transaction.atomic
def propose_project(*, council: Organisation, fields: Mapping[str, Any], by: User, now: dt.datetime) -> ProposedEntry:
    """`fields` with partners, products and concepts."""
    return ProposedEntry.objects.create(
        council=council,
        kind=Kind.ADD_PROJECT,
        subject=fields["title"],
        data=proposed.told(_without_council(fields, council)),
        proposed_by=by,
        proposed_at=now,
    )


@transaction.atomic
def propose_change(*, row: Installation | Project, fields: Mapping[str, Any], by: User, now: dt.datetime) -> ProposedEntry:
    """Compared with what is on record, whatever a form has made of `row`. A change that waits already takes this one up.

    Raises NothingNew.
    """
    row = type(row)._default_manager.select_related("council").get(pk=row.pk)
    data, before = proposed.differences(row, _without_council(fields, row.council))
    about = _about(row)
    entry = ProposedEntry.objects.select_for_update().waiting().filter(**about, supplier=None, proposed_by=by).first()
    if not data:
        raise NothingNew("This is what is on record already.")
    if entry is None or entry.is_addition:
        kind = Kind.CHANGE_PROJECT if isinstance(row, Project) else Kind.CHANGE_SYSTEM
        subject = row.title if isinstance(row, Project) else row.product.name
        entry = ProposedEntry(council=row.council, kind=kind, subject=subject, proposed_by=by, **about)
        if isinstance(row, Installation):
            entry.product = row.product
    entry.data = {name: value for name, value in (entry.data or {}).items() if name not in fields} | data
    entry.before = {name: value for name, value in entry.before.items() if name not in fields} | before
    entry.proposed_at = now
    entry.save()
    return entry


@transaction.atomic
def suggest_installation(
    *,
    council: Organisation,
    product: Product,
    supplier: Organisation,
    fields: Mapping[str, Any],
    note: str,
    by: User,
    now: dt.datetime,
) -> ProposedEntry:
    """By a supplier, which does not learn whether the council has it on record. Raises NotDone if they asked already."""
    earlier = ProposedEntry.objects.filter(supplier=supplier, council=council, product=product)
    if earlier.waiting().exists():
        raise NotDone(f"You have suggested {council.short_name} already. It waits to be confirmed.")
    declined = earlier.filter(state=State.DECLINED, decided_at__gt=now - SUGGEST_AGAIN_AFTER).order_by("-decided_at").first()
    if declined and declined.decided_at:
        again = declined.decided_at + SUGGEST_AGAIN_AFTER
        raise NotDone(f"{council.short_name} was suggested before and declined. You can suggest it again from {again:%-d %B %Y}.")
    return ProposedEntry.objects.create(
        council=council,
        kind=Kind.ADD_SYSTEM,
        subject=product.name,
        product=product,
        supplier=supplier,
        data=proposed.told(fields),
        note=note,
        proposed_by=by,
        proposed_at=now,
    )


# --- Second thoughts of who sent it ------------------------------------------------------------------------------------------


@transaction.atomic
def change_proposal(
    *, entry: ProposedEntry, fields: Mapping[str, Any], by: User, now: dt.datetime, product: Product | None = None, note: str = ""
) -> ProposedEntry:
    """Sends it again where it was withdrawn or declined. Raises NothingNew, or NotDone where it has been decided."""
    entry = _locked(entry)
    if not entry.may_be_sent_again:
        raise NotDone("This has been decided. What you wrote is not lost: send it as a new one.")
    fields = _without_council(fields, entry.council)
    if entry.is_addition:
        entry.data = proposed.told(fields)
    else:
        row = entry.project or entry.installation
        if row is None:
            raise NotDone(_gone(entry))
        entry.data, entry.before = proposed.differences(row, fields)
        if not entry.data:
            raise NothingNew("This is what is on record already. Change something, or withdraw it.")
    if product:
        entry.product, entry.subject = product, product.name
    elif entry.kind == Kind.ADD_PROJECT:
        entry.subject = fields["title"]
    entry.note = note
    _set_waiting(entry, now)
    return entry


@transaction.atomic
def withdraw_proposal(*, entry: ProposedEntry, by: User, now: dt.datetime) -> None:
    """Who sent it can send it again."""
    entry = _locked(entry)
    if entry.state != State.WAITING:
        raise NotDone("This has been decided since, so it cannot be withdrawn.")
    entry.state = State.WITHDRAWN
    entry.save()


@transaction.atomic
def reopen_proposal(*, entry: ProposedEntry, by: User, now: dt.datetime) -> None:
    """Whoever declined it thinks again."""
    entry = _locked(entry)
    if not entry.may_be_reopened(now):
        raise NotDone("This cannot be opened again. Whoever sent it can send a new one.")
    _set_waiting(entry, entry.proposed_at)


# --- Deciding ----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def accept_proposal(*, entry: ProposedEntry, mark: str, by: User, now: dt.datetime) -> ProposedEntry:
    """Put it on record. `mark` is `proposed.mark_of` what was decided upon; raises SeenAnother if that is not so any more."""
    entry = _locked(entry)
    reason = why_not(entry, now)
    if reason:
        raise NotDone(reason)
    if mark != proposed.mark_of(entry, proposed.on_record(entry)):
        raise SeenAnother("Something has changed since you opened this page. Look again before you accept it.")
    fields = proposed.fields_of(entry)
    if entry.kind == Kind.ADD_SYSTEM and entry.product:
        entry.installation = record_installation(
            council=entry.council, product=entry.product, fields=fields, by=by, now=now, proposal=entry
        )
    elif entry.kind == Kind.ADD_PROJECT:
        entry.project = record_project(council=entry.council, **_split(fields), by=by, now=now, proposal=entry)
    elif entry.installation:
        change_installation(installation=entry.installation, fields=fields, by=by, now=now)
    elif entry.project:
        kept = {name: list(getattr(entry.project, name).all()) for name in proposed.CONNECTIONS}
        change_project(project=entry.project, **{**kept, **_split(fields)}, by=by, now=now)
    entry.state, entry.decided_by, entry.decided_at = State.ACCEPTED, by, now
    entry.save()
    letters.tell_decision(entry, now)
    return entry


@transaction.atomic
def decline_proposal(*, entry: ProposedEntry, reason: str, by: User, now: dt.datetime) -> None:
    """The reason goes to who sent it."""
    entry = _locked(entry)
    if entry.state != State.WAITING:
        raise NotDone(_settled(entry))
    entry.state, entry.reason, entry.decided_by, entry.decided_at = State.DECLINED, reason, by, now
    entry.save()
    letters.tell_decision(entry, now)


def why_not(entry: ProposedEntry, now: dt.datetime) -> str:
    """Why it cannot go on record just now; empty if it can."""
    if entry.state != State.WAITING:
        return _settled(entry)
    if not exists_on(entry.council, timezone.localdate(now)):
        return f"{entry.council.name} is no more. It keeps its record as it was and gets no new one."
    if entry.has_lost_its_thing:
        return _gone(entry)
    if entry.kind == Kind.ADD_SYSTEM and _is_on_record(entry):
        return (
            f"{entry.council.short_name} has {entry.subject} on record already. Decline this, and change what is there if need be."
        )
    if entry.kind in (Kind.CHANGE_SYSTEM, Kind.CHANGE_PROJECT) and not _days_fit(entry):
        return "With what is on record now, it would end before it began. Ask for other days, or change what is on record first."
    return ""


def _days_fit(entry: ProposedEntry) -> bool:
    """What came together by two changes has not been through one form."""
    row = entry.project or entry.installation
    changed = type(row)._default_manager.get(pk=row.pk)  # type: ignore[union-attr]  # asked before
    for name, value in proposed.fields_of(entry).items():
        if name not in proposed.CONNECTIONS:
            setattr(changed, name, value)
    try:
        changed.validate_constraints()
    except ValidationError:
        return False
    return True


def _is_on_record(entry: ProposedEntry) -> bool:
    facts = Installation.objects.filter(council=entry.council, product=entry.product).not_retired()
    return facts.filter(legacy_area=proposed.fields_of(entry).get("legacy_area")).exists()


def _settled(entry: ProposedEntry) -> str:
    return {
        State.ACCEPTED: "This has been accepted already.",
        State.DECLINED: "This has been declined already.",
        State.WITHDRAWN: "Whoever sent this has withdrawn it.",
    }[State(entry.state)]


def _gone(entry: ProposedEntry) -> str:
    return f"{entry.subject} is not there any more, so this cannot go on record."


def _about(row: Installation | Project) -> dict[str, Any]:
    return {"project": row} if isinstance(row, Project) else {"installation": row}


def _without_council(fields: Mapping[str, Any], council: Organisation) -> dict[str, Any]:
    """A council is no partner of its own."""
    kept = dict(fields)
    if "partners" in kept:
        kept["partners"] = [partner for partner in kept["partners"] if partner != council]
    return kept


def _split(fields: Mapping[str, Any]) -> dict[str, Any]:
    """As the actions on projects take them: its own row's apart from what it is connected with."""
    connections = {name: fields[name] for name in proposed.CONNECTIONS if name in fields}
    return {"fields": {name: value for name, value in fields.items() if name not in connections}, **connections}


def _set_waiting(entry: ProposedEntry, sent_at: dt.datetime) -> None:
    if _another_waits(entry):
        raise NotDone("Another one about the same waits already. Decide on that one first.")
    entry.state, entry.proposed_at = State.WAITING, sent_at
    entry.decided_by, entry.decided_at, entry.reason = None, None, ""
    entry.save()


def _another_waits(entry: ProposedEntry) -> bool:
    """What the constraints of ProposedEntry would refuse."""
    others = ProposedEntry.objects.waiting().exclude(pk=entry.pk)
    if entry.supplier_id:
        return others.filter(supplier=entry.supplier_id, council=entry.council_id, product=entry.product_id).exists()
    mine = others.filter(proposed_by=entry.proposed_by_id)
    if entry.proposed_by_id is None or entry.is_addition:
        return False
    about = {"project": entry.project_id} if entry.is_about_project else {"installation": entry.installation_id}
    return mine.filter(**about).exists()


def _locked(entry: ProposedEntry) -> ProposedEntry:
    """As it is now, with what it is about; nobody else decides or changes it meanwhile."""
    now = ProposedEntry.objects.select_for_update().get(pk=entry.pk)
    for model, pk in ((Installation, now.installation_id), (Project, now.project_id)):
        if pk:
            model._default_manager.select_for_update().get(pk=pk)
    return ProposedEntry.objects.for_page().get(pk=entry.pk)
