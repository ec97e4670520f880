"""Taking in a scheme from a file: read and compared outside the transaction, written in bulk inside it, all or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from wagtail.log_actions import log

from hub.accounts.models import User
from taxonomy.actions.loading import BATCH
from taxonomy.actions.recording import Refused, lock_schemes
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
from taxonomy.signals import terms_changed
from taxonomy.skos.formats import MOST_BYTES, read_file
from taxonomy.skos.plan import Plan, Wanted, in_hierarchy_order, make_plan, state_of_terms
from taxonomy.skos.rdf_in import Unreadable
from taxonomy.skos.vocabulary import PREFERRED, Problems, Text, Vocabulary
from taxonomy.tasks import apply_import_task, check_import_task

_TRIES = 3


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
    try:
        plan = make_plan(_read(started), _wanted(started), now)
        report, digest, refused = plan.report(), plan.digest(), plan.refused
    except Unreadable as error:
        report, digest, refused = _report_of(error), "", True
    state = SchemeImport.State.REFUSED if refused else SchemeImport.State.CHECKED
    SchemeImport.objects.filter(pk=started.pk, state__in=[SchemeImport.State.WAITING, SchemeImport.State.CHECKED]).update(
        state=state, report=report, digest=digest, state_since=now
    )


@transaction.atomic
def confirm_import(*, started: SchemeImport, by: User, now: dt.datetime) -> None:
    """What was shown is what is taken in; the worker does it. Raises Refused."""
    moved = SchemeImport.objects.filter(pk=started.pk, state=SchemeImport.State.CHECKED).update(
        state=SchemeImport.State.APPLYING, started_by=by, state_since=now, has_moved_on=False
    )
    if not moved:
        raise Refused("This import does not wait for anybody any more. Look at how it stands.")
    log(instance=started, action="wagtail.edit", user=by, data={"file": started.file_name}, timestamp=now)
    transaction.on_commit(partial(apply_import_task.enqueue, started.public_id))


def apply_import(*, started: SchemeImport, now: dt.datetime) -> None:
    """Exactly what the editor was shown, or nothing: then it is shown anew."""
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


def _show_again(started: SchemeImport, plan: Plan, now: dt.datetime) -> None:
    SchemeImport.objects.filter(pk=started.pk).update(
        state=SchemeImport.State.REFUSED if plan.refused else SchemeImport.State.CHECKED,
        report=plan.report(),
        digest=plan.digest(),
        has_moved_on=True,
        state_since=now,
    )


def discard_import(*, started: SchemeImport, now: dt.datetime) -> None:
    SchemeImport.objects.filter(pk=started.pk).exclude(state__in=[SchemeImport.State.APPLIED, SchemeImport.State.APPLYING]).update(
        state=SchemeImport.State.DISCARDED, data=None, state_since=now
    )


def give_up_import(*, started: SchemeImport, now: dt.datetime, reason: str) -> None:
    """Something broke: nothing was written, since everything is written at once."""
    SchemeImport.objects.filter(pk=started.pk).update(
        state=SchemeImport.State.REFUSED, report=_report_of(Unreadable(reason)), state_since=now
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

    labels: list[tuple[str, Label]]
    notes: list[tuple[str, Note]]
    mappings: list[tuple[str, Mapping]]

    @classmethod
    def of(cls, plan: Plan) -> _Rows:
        return cls(
            [(uri, _label(name)) for uri, name in plan.labels_in],
            [(uri, Note(kind=note.kind, language=note.language, text=note.text)) for uri, note in plan.notes_in],
            [(uri, Mapping(target_uri=target, kind=kind)) for uri, target, kind in plan.mappings_in],
        )

    def all(self) -> Iterable[tuple[str, Label | Note | Mapping]]:
        return chain(self.labels, self.notes, self.mappings)


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
            if state_of_terms() != plan.state:
                raise MovedOn
            if not plan.is_empty:
                _write(plan, rows, by, now, source)
            if started is not None:
                SchemeImport.objects.filter(pk=started.pk).update(
                    state=SchemeImport.State.APPLIED, data=None, scheme=plan.scheme, state_since=now, has_moved_on=False
                )
    except IntegrityError as error:
        raise Refused(f"The hub's own rules stand against this file, so nothing of it was taken in: {error}") from error
    return plan


def _write(plan: Plan, rows: _Rows, by: User | None, now: dt.datetime, source: str) -> None:
    if plan.scheme.pk is None:
        plan.scheme.save()
    _write_terms(plan, now)
    _write_texts(plan, rows)
    _write_links(plan)
    _write_groups(plan)
    _record(plan, by, now, source)


def _write_terms(plan: Plan, now: dt.datetime) -> None:
    for concept in plan.new.values():
        concept.scheme = plan.scheme
    for uri, concept in zip(plan.new, Concept.objects.bulk_create(plan.new.values(), batch_size=BATCH), strict=True):
        plan.pks[uri] = concept.pk
    changed = [plan.kept[uri] for uri in plan.changes]
    preferred = {uri: name.text for uri, name in plan.labels_in if name.kind == PREFERRED and name.language == ENGLISH}
    turned = dict(
        Label.objects.filter(
            pk__in=[pk for pk, kind in plan.labels_turned.items() if kind == PREFERRED], language=ENGLISH
        ).values_list("concept_id", "text")
    )
    for uri in plan.changes:
        concept = plan.kept[uri]
        concept.label = preferred.get(uri) or turned.get(concept.pk) or concept.label
        concept.modified_at = now
    fields = ["label", "definition", "notation", "status", "modified_at"]
    Concept.objects.bulk_update(changed, fields, batch_size=BATCH)


def _write_texts(plan: Plan, rows: _Rows) -> None:
    """What goes before what comes, and preferred names last, so that no unique rule is broken half way."""
    for model, pks in ((Label, plan.labels_out), (Note, plan.notes_out), (Mapping, plan.mappings_out)):
        _delete(model, pks)
    by_kind: dict[str, list[int]] = {}
    for pk, kind in plan.labels_turned.items():
        by_kind.setdefault(kind, []).append(pk)
    for kind in sorted(by_kind, key=lambda kind: kind == PREFERRED):
        for some in _in_batches(by_kind[kind]):
            Label.objects.filter(pk__in=some).update(kind=kind)
    for pk, kind in plan.mappings_turned.items():
        Mapping.objects.filter(pk=pk).update(kind=kind)
    for uri, row in rows.all():
        row.concept_id = plan.pks[uri]
    Label.objects.bulk_create([row for _, row in rows.labels], batch_size=BATCH)
    Note.objects.bulk_create([row for _, row in rows.notes], batch_size=BATCH)
    Mapping.objects.bulk_create([row for _, row in rows.mappings], batch_size=BATCH)


def _write_links(plan: Plan) -> None:
    _delete(Relation, plan.relations_out)
    for pk, kind in plan.relations_turned.items():
        Relation.objects.filter(pk=pk).update(broader_kind=kind)
    rows = []
    for source, target, kind, broader_kind in in_hierarchy_order(plan.relations_in):
        ends = (plan.pks[source], plan.pks[target])
        low, high = sorted(ends) if kind == Relation.Kind.RELATED else ends
        rows.append(Relation(source_id=low, target_id=high, kind=kind, broader_kind=broader_kind))
    Relation.objects.bulk_create(rows, batch_size=BATCH)
    through = Concept.replaced_by.through
    through.objects.bulk_create(
        [through(from_concept_id=plan.pks[one], to_concept_id=plan.pks[other]) for one, other in plan.replaced_in], batch_size=BATCH
    )


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
    CollectionMember.objects.bulk_create(
        [
            CollectionMember(collection=collection, concept_id=plan.pks[uri], sort_order=number)
            for number, uri in enumerate(members)
        ],
        batch_size=BATCH,
    )


def _record(plan: Plan, by: User | None, now: dt.datetime, source: str) -> None:
    """Once for the whole file. Searching hears of it by the signal, as of any change."""
    written = [plan.pks[uri] for uri in (*plan.new, *plan.changes)]
    summary = f"Imported “{source}” into “{plan.scheme.title}”: {len(plan.new)} new, {len(plan.changes)} changed"
    change = ConceptChange.objects.create(kind=ConceptChange.Kind.IMPORT, summary=summary[:400], made_by=by, made_at=now)
    through = ConceptChange.concepts.through
    through.objects.bulk_create([through(conceptchange_id=change.pk, concept_id=pk) for pk in written], batch_size=BATCH)
    terms_changed.send(ConceptChange, change=change)
    log(
        instance=plan.scheme,
        action="wagtail.edit",
        user=by,
        data={"file": source, "added": len(plan.new), "changed": len(plan.changes)},
        timestamp=now,
    )


def _delete(model: type[Label | Note | Mapping | Relation], pks: list[int]) -> None:
    for some in _in_batches(pks):
        model._default_manager.filter(pk__in=some).delete()


def _in_batches(pks: list[int]) -> Iterable[list[int]]:
    return (pks[at : at + BATCH] for at in range(0, len(pks), BATCH))
