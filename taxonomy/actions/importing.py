"""Taking in a scheme from a file: read and compared outside the transaction, written in bulk inside it, all or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from wagtail.log_actions import log

from hub.accounts.models import User
from taxonomy.actions import bulk
from taxonomy.actions.recording import Recorder, Refused, lock_schemes
from taxonomy.actions.reshaping import hand_on_what_was_left
from taxonomy.labels import letter_of, sort_key
from taxonomy.models import (
    ENGLISH,
    CollectionMember,
    Concept,
    ConceptChange,
    ConceptScheme,
    Label,
    Mapping,
    Note,
    Relation,
    SchemeImport,
)
from taxonomy.models.imports import WORKED_ON_FOR
from taxonomy.signals import terms_changed
from taxonomy.skos.formats import MOST_BYTES, read_file
from taxonomy.skos.parsing import Unreadable
from taxonomy.skos.plan import Plan, Wanted, make_plan, state_of_terms
from taxonomy.skos.vocabulary import PREFERRED, Problems, Text, Vocabulary
from taxonomy.tasks import apply_import_task, check_import_task

_TRIES = 3
_NOBODY: dict[str, Any] = {"worked_on_until": None, "tries": 0}  # works on it


class MovedOn(Exception):
    """Somebody changed terms after the plan was made; nothing is written."""


# --- From the command line ----------------------------------------------------------------------


def import_file(
    *, data: bytes, name: str, wanted: Wanted, by: User | None, now: dt.datetime, base: str = "", dry_run: bool = False
) -> Plan:
    """`by` is None from the command line only. A plan with problems that stop it is returned unwritten. Raises Unreadable."""
    for _ in range(_TRIES):
        plan = make_plan(read_file(data, name, base)[1], wanted, now)
        if dry_run or plan.refused:
            return plan
        try:
            return write_plan(plan=plan, by=by, now=now, source=name)
        except MovedOn:
            continue
    raise Refused("Somebody else is changing terms at the same time. Try again in a minute.")


# --- On the screen ------------------------------------------------------------------------------


@transaction.atomic
def start_import(
    *,
    data: bytes,
    name: str,
    wanted: Wanted,
    by: User | None,
    now: dt.datetime,
    base: str = "",
) -> SchemeImport:
    """Keeps the file and has it looked at in the background."""
    if len(data) > MOST_BYTES:
        raise Refused(f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Bring it in in parts.")
    scheme = ConceptScheme.objects.filter(slug=wanted.slug).first()
    started = SchemeImport.objects.create(
        file_name=name[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        scheme=scheme,
        slug=slugify(wanted.slug)[:80],
        title=wanted.title[:120],
        base=base,
        replaces=wanted.replaces,
        as_candidates=wanted.as_candidates,
        started_by=by,
        started_at=now,
        state_since=now,
    )
    transaction.on_commit(partial(check_import_task.enqueue, started.public_id))
    return started


def check_import(*, started: SchemeImport, now: dt.datetime) -> None:
    """Reads and compares, for as long as it takes; writes what it found in one statement."""
    if not _take_up(started, SchemeImport.State.WAITING, now):
        return
    try:
        plan = make_plan(_read(started), _wanted(started), now)
        report, digest, refused = plan.report(), plan.digest(), plan.refused
    except Unreadable as error:
        report, digest, refused = _report_of(error), "", True
    state = SchemeImport.State.REFUSED if refused else SchemeImport.State.CHECKED
    SchemeImport.objects.filter(pk=started.pk, state=SchemeImport.State.WAITING).update(
        state=state, report=report, digest=digest, state_since=now, **_NOBODY
    )


@transaction.atomic
def confirm_import(*, started: SchemeImport, by: User, now: dt.datetime) -> None:
    """What was shown is what is taken in; the worker does it. Raises Refused."""
    moved = SchemeImport.objects.filter(pk=started.pk, state=SchemeImport.State.CHECKED).update(
        state=SchemeImport.State.APPLYING, started_by=by, state_since=now, has_moved_on=False, **_NOBODY
    )
    if not moved:
        raise Refused("This import does not wait for anybody any more. Look at how it stands.")
    log(instance=started, action="wagtail.edit", user=by, data={"file": started.file_name}, timestamp=now)
    transaction.on_commit(partial(apply_import_task.enqueue, started.public_id))


def apply_import(*, started: SchemeImport, now: dt.datetime) -> None:
    """Exactly what the editor was shown, or nothing: then it is shown anew."""
    if not _take_up(started, SchemeImport.State.APPLYING, now):
        return
    for _ in range(_TRIES):
        plan = make_plan(_read(started), _wanted(started), now)
        if plan.refused or plan.digest() != started.digest:
            _show_again(started, plan, now)
            return
        try:
            write_plan(plan=plan, by=started.started_by, now=now, source=started.file_name, started=started)
        except MovedOn:
            continue
        return
    _show_again(started, plan, now)


def _take_up(started: SchemeImport, state: SchemeImport.State, now: dt.datetime) -> bool:
    """False where there is nothing to do, or somebody is at it."""
    free = SchemeImport.objects.filter(pk=started.pk, state=state).exclude(worked_on_until__gte=now)
    if not free.update(worked_on_until=now + WORKED_ON_FOR, tries=F("tries") + 1):
        return False
    started.refresh_from_db()
    if started.tries > _TRIES:
        give_up_import(
            started=started, now=now, reason=f"The worker ended {_TRIES} times while it had this file. Nothing was taken in."
        )
        return False
    return True


def _show_again(started: SchemeImport, plan: Plan, now: dt.datetime) -> None:
    SchemeImport.objects.filter(pk=started.pk, state=SchemeImport.State.APPLYING).update(
        state=SchemeImport.State.REFUSED if plan.refused else SchemeImport.State.CHECKED,
        report=plan.report(),
        digest=plan.digest(),
        has_moved_on=True,
        state_since=now,
        **_NOBODY,
    )


def discard_import(*, started: SchemeImport, now: dt.datetime) -> None:
    SchemeImport.objects.filter(pk=started.pk).exclude(state__in=[SchemeImport.State.APPLIED, SchemeImport.State.APPLYING]).update(
        state=SchemeImport.State.DISCARDED, data=None, state_since=now
    )


def give_up_import(*, started: SchemeImport, now: dt.datetime, reason: str) -> None:
    """Something broke: nothing was written, since everything is written at once."""
    SchemeImport.objects.filter(pk=started.pk).under_way().update(
        state=SchemeImport.State.REFUSED, report=_report_of(Unreadable(reason)), state_since=now, **_NOBODY
    )


def _read(started: SchemeImport) -> Vocabulary:
    return read_file(bytes(started.data or b""), started.file_name, started.base)[1]


def _wanted(started: SchemeImport) -> Wanted:
    return Wanted(started.slug, started.title, started.replaces, started.as_candidates)


def _report_of(error: Unreadable) -> dict[str, object]:
    problems = Problems()
    problems.stop(str(error))
    return {"problems": [{"text": problem.text, "stops": True, "places": [], "count": 1} for problem in problems]}


# --- Writing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    """Made before the lock is taken; each waits for the key of its term (by URI), which may be new."""

    concepts: list[bulk.Row]
    labels: list[tuple[str, bulk.Row]]
    notes: list[tuple[str, bulk.Row]]
    mappings: list[tuple[str, bulk.Row]]

    @classmethod
    def of(cls, plan: Plan) -> _Rows:
        def waiting(model: type[Label | Note | Mapping], told: list[tuple[str, Any]]) -> list[tuple[str, bulk.Row]]:
            rows = bulk.rows_of(model, (row for _, row in told))
            return [(uri, row) for (uri, _), row in zip(told, rows, strict=True)]

        return cls(
            bulk.rows_of(Concept, plan.new.values()),
            waiting(Label, [(uri, _label(name)) for uri, name in plan.labels_in]),
            waiting(Note, [(uri, Note(kind=note.kind, language=note.language, text=note.text)) for uri, note in plan.notes_in]),
            waiting(Mapping, [(uri, Mapping(target_uri=target, kind=kind)) for uri, target, kind in plan.mappings_in]),
        )


def _label(name: Text) -> Label:
    return Label(kind=name.kind, text=name.text, language=name.language, letter=letter_of(name.text), sort_key=sort_key(name.text))


def write_plan(*, plan: Plan, by: User | None, now: dt.datetime, source: str, started: SchemeImport | None = None) -> Plan:
    """One transaction; the lock is held for the writing alone. Raises MovedOn."""
    if plan.refused:
        raise Refused("\n".join(map(str, plan.vocabulary.problems)))
    rows = _Rows.of(plan)
    try:
        with transaction.atomic():
            lock_schemes()
            if started is not None and not SchemeImport.objects.filter(pk=started.pk, state=SchemeImport.State.APPLYING).exists():
                return plan  # another worker was quicker
            if state_of_terms() != plan.state:
                raise MovedOn
            if not plan.is_empty:
                _write(plan, rows, by, now, source)
            if started is not None:
                SchemeImport.objects.filter(pk=started.pk).update(
                    state=SchemeImport.State.APPLIED, data=None, scheme=plan.scheme, state_since=now, has_moved_on=False, **_NOBODY
                )
    except IntegrityError as error:
        raise Refused(f"The hub's own rules stand against this file, so nothing of it was taken in: {error}") from error
    return plan


def _write(plan: Plan, rows: _Rows, by: User | None, now: dt.datetime, source: str) -> None:
    if plan.scheme.pk is None:
        plan.scheme.save()
    _write_terms(plan, rows, now)
    _write_texts(plan, rows)
    _write_links(plan)
    _write_groups(plan)
    recorder = Recorder(())
    hand_on_what_was_left(recorder, plan.scheme)
    _record(plan, by, now, source, recorder.tags)


def _write_terms(plan: Plan, rows: _Rows, now: dt.datetime) -> None:
    scheme = bulk.place_of(Concept, "scheme")
    for row in rows.concepts:
        row[scheme] = plan.scheme.pk
    bulk.insert(Concept, rows.concepts)
    if plan.new:
        known = dict(Concept.objects.filter(scheme=plan.scheme).values_list("public_id", "pk"))
        plan.pks |= {uri: known[concept.public_id] for uri, concept in plan.new.items()}
    changed = [plan.kept[uri] for uri in plan.changes]
    preferred = {uri: name.text for uri, name in plan.labels_in if name.kind == PREFERRED and name.language == ENGLISH}
    turned = _turned_to_preferred(plan)
    for uri in plan.changes:
        concept = plan.kept[uri]
        concept.label = preferred.get(uri) or turned.get(concept.pk) or concept.label
        concept.modified_at = now
    bulk.update(Concept, ["label", "definition", "notation", "status", "modified_at"], changed)


def _turned_to_preferred(plan: Plan) -> dict[int, str]:
    """English names that were there and become the preferred ones, by term."""
    found: dict[int, str] = {}
    for pks in bulk.batches([pk for pk, kind in plan.labels_turned.items() if kind == PREFERRED]):
        found |= dict(Label.objects.filter(pk__in=pks, language=ENGLISH).values_list("concept_id", "text"))
    return found


def _write_texts(plan: Plan, rows: _Rows) -> None:
    """What goes before what comes, and preferred names last, so that no unique rule is broken half way."""
    bulk.delete(Label, plan.labels_out)
    bulk.delete(Note, plan.notes_out)
    bulk.delete(Mapping, plan.mappings_out)
    bulk.turn(Label, "kind", dict(sorted(plan.labels_turned.items(), key=lambda item: item[1] == PREFERRED)))
    bulk.turn(Mapping, "kind", plan.mappings_turned)
    for model, waiting in ((Label, rows.labels), (Note, rows.notes), (Mapping, rows.mappings)):
        concept = bulk.place_of(model, "concept")
        for uri, row in waiting:
            row[concept] = plan.pks[uri]
        bulk.insert(model, [row for _, row in waiting])


def _write_links(plan: Plan) -> None:
    bulk.delete(Relation, plan.relations_out)
    bulk.turn(Relation, "broader_kind", plan.relations_turned)
    rows = []
    for source, target, kind, broader_kind in plan.relations_in:
        ends = (plan.pks[source], plan.pks[target])
        low, high = sorted(ends) if kind == Relation.Kind.RELATED else ends
        rows.append(Relation(source_id=low, target_id=high, kind=kind, broader_kind=broader_kind))
    bulk.insert(Relation, bulk.rows_of(Relation, rows))
    through = Concept.replaced_by.through
    replaced = [through(from_concept_id=plan.pks[one], to_concept_id=plan.pks[other]) for one, other in plan.replaced_in]
    bulk.insert(through, bulk.rows_of(through, replaced))


def _write_groups(plan: Plan) -> None:
    for collection, group in plan.groups_new:
        collection.scheme = plan.scheme
        collection.save()
        _add_members(plan, collection, group.members)
    for collection, group in plan.groups_kept:
        collection.title = group.title[:120] or collection.title
        collection.is_ordered = group.is_ordered or collection.is_ordered
        collection.save()
        had = list(
            CollectionMember.objects.filter(collection=collection).order_by("sort_order", "pk").values_list("concept_id", flat=True)
        )
        told = [plan.pks[uri] for uri in group.members]
        order = [*told, *(pk for pk in had if pk not in set(told))] if group.is_ordered else had
        CollectionMember.objects.filter(collection=collection).delete()
        by_pk = {pk: uri for uri, pk in plan.pks.items()}
        _add_members(plan, collection, dict.fromkeys([*(by_pk[pk] for pk in order), *group.members]))


def _add_members(plan: Plan, collection: object, members: Iterable[str]) -> None:
    places = [
        CollectionMember(collection=collection, concept_id=plan.pks[uri], sort_order=number) for number, uri in enumerate(members)
    ]
    bulk.insert(CollectionMember, bulk.rows_of(CollectionMember, places))


def _record(plan: Plan, by: User | None, now: dt.datetime, source: str, tags: list[dict[str, Any]]) -> None:
    """Once for the whole file. Searching hears of it by the signal, as of any change."""
    written = [plan.pks[uri] for uri in (*plan.new, *plan.changes)]
    summary = f"Imported “{source}” into “{plan.scheme.title}”: {len(plan.new)} new, {len(plan.changes)} changed"
    change = ConceptChange.objects.create(kind=ConceptChange.Kind.IMPORT, summary=summary[:400], made_by=by, made_at=now, tags=tags)
    through = ConceptChange.concepts.through
    bulk.insert(through, bulk.rows_of(through, (through(conceptchange_id=change.pk, concept_id=pk) for pk in written)))
    terms_changed.send(ConceptChange, change=change)
    log(
        instance=plan.scheme,
        action="wagtail.edit",
        user=by,
        data={"file": source, "added": len(plan.new), "changed": len(plan.changes)},
        timestamp=now,
    )
