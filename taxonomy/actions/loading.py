"""Loading a whole list of terms. Single terms are edited in Wagtail (`taxonomy.editing`)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from wagtail.log_actions import log
from wagtail.search.tasks import insert_or_update_object_task

from hub.accounts.models import User
from taxonomy import queries
from taxonomy.actions.recording import lock_schemes
from taxonomy.labels import letter_of, name_key, slug_for, sort_key
from taxonomy.models import ENGLISH, Concept, ConceptScheme, Label, Relation
from taxonomy.term_list import Problem, Term

BATCH = 500
# One relation: the keys of its two ends and its kind; of a related pair, the lesser key comes first.
Link = tuple[str, str, str]


@dataclass(frozen=True)
class Changes:
    """`lines` says in words what was added and what changed, one line for each term."""

    added: int
    changed: int
    unchanged: int
    lines: tuple[str, ...] = ()


class NamesTaken(ValueError):
    """The file gives a name to one term that the hub already uses for another, which the file does not have."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class HierarchyTaken(ValueError):
    """What the hub has beside the list makes a circle of the list's broader terms, or a related pair of one's ancestor."""

    def __init__(self) -> None:
        super().__init__(
            "The broader and related terms of this list do not fit with others the hub has: a term would stand above itself,"
            " or be related to one above it. Look at the terms whose relations were changed since the list was loaded."
        )


@dataclass
class _Plan:
    """What a load would do, worked out before the transaction, so that it holds the lock only to write."""

    new: list[tuple[Term, Concept]] = field(default_factory=list)
    kept: list[tuple[Term, Concept]] = field(default_factory=list)
    changes: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))  # by the concept's key
    labels_out: list[int] = field(default_factory=list)
    labels_in: list[tuple[Concept, Label.Kind, str]] = field(default_factory=list)
    links_out: list[int] = field(default_factory=list)
    links_in: list[Link] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changes)

    def summary(self) -> Changes:
        labels = {concept.pk: concept.label for _, concept in self.kept}
        lines = [*(f"{term.label}: added" for term, _ in self.new)]
        lines += [f"{labels[pk]}: {'; '.join(what)}" for pk, what in self.changes.items()]
        changed = len(self.changes)
        return Changes(len(self.new), changed, len(self.kept) - changed, tuple(sorted(lines, key=sort_key)))


def load_scheme(*, slug: str, title: str, parsed: list[Term], by: User | None, now: dt.datetime, dry_run: bool = False) -> Changes:
    """A term the list names becomes what the list says; a term it does not name stays as it is, and none is deleted.

    Terms are matched by label, then by address, within the scheme. Loading the same list again changes nothing. `by` is
    None from the command line only. Raises NamesTaken or HierarchyTaken; nothing is then written.
    """
    scheme = ConceptScheme.objects.filter(slug=slug).first() or ConceptScheme(slug=slug)
    plan = _plan(scheme, parsed, now)
    if not dry_run and not (plan.is_empty and scheme.pk and scheme.title == title):
        scheme.title = title
        with transaction.atomic():
            scheme.save()
            lock_schemes()
            try:
                _write(scheme, plan, now)
            except IntegrityError as error:
                raise HierarchyTaken from error
            summary = plan.summary()
            data = {"added": summary.added, "changed": summary.changed}
            log(instance=scheme, action="wagtail.edit", user=by, data=data, timestamp=now)
    return plan.summary()


# --- What there is to do ------------------------------------------------------------------------


def _plan(scheme: ConceptScheme, parsed: list[Term], now: dt.datetime) -> _Plan:
    plan = _Plan()
    existing = list(Concept.objects.filter(scheme=scheme)) if scheme.pk else []
    _match(plan, scheme, parsed, existing, now)
    labels = list(Label.objects.filter(language=ENGLISH).select_related("concept"))
    _refuse_taken_names(plan, parsed, labels)
    _plan_texts(plan)
    _plan_labels(plan, labels)
    _plan_links(plan)
    return plan


def _match(plan: _Plan, scheme: ConceptScheme, parsed: list[Term], existing: list[Concept], now: dt.datetime) -> None:
    # Where a label was given up and taken again, the term that has it now.
    existing = sorted(existing, key=lambda concept: concept.status != Concept.Status.DEPRECATED)
    by_label = {name_key(concept.label): concept for concept in existing}
    in_file = {term.key for term in parsed}
    # A term whose capitals or punctuation were corrected keeps its address, unless the list has the old label too.
    by_slug = {concept.slug: concept for concept in existing if name_key(concept.label) not in in_file}
    taken = queries.taken_slugs()
    for term in parsed:
        concept = by_label.get(term.key) or by_slug.pop(slugify(term.label), None)
        if concept is not None:
            plan.kept.append((term, concept))
            continue
        free = slug_for(term.label, taken)
        taken.add(free)
        fresh = Concept(scheme=scheme, slug=free, label=term.label, definition=term.means, created_at=now, modified_at=now)
        plan.new.append((term, fresh))


def _refuse_taken_names(plan: _Plan, parsed: list[Term], labels: list[Label]) -> None:
    """There is one A-Z: a name is one term's, whatever the scheme. Deprecated terms give theirs up."""
    named = {concept.pk for _, concept in plan.kept}
    owners = {
        name_key(label.text): label.concept.label
        for label in labels
        if label.concept_id not in named and label.concept.status != Concept.Status.DEPRECATED
    }
    problems = [
        Problem(term.line, f"“{text}” is already a name of “{owners[name_key(text)]}”, a term this list does not have.")
        for term in parsed
        for text in _names(term)
        if name_key(text) in owners
    ]
    if problems:
        raise NamesTaken(problems)


def _names(term: Term) -> dict[str, Label.Kind]:
    return {
        term.label: Label.Kind.PREFERRED,
        **dict.fromkeys(term.also, Label.Kind.ALTERNATIVE),
        **dict.fromkeys(term.hidden, Label.Kind.HIDDEN),
    }


def _plan_texts(plan: _Plan) -> None:
    for term, concept in plan.kept:
        if concept.label != term.label:
            plan.changes[concept.pk].append(f"was “{concept.label}”")
            concept.label = term.label
        if concept.definition != term.means:
            plan.changes[concept.pk].append("new meaning")
            concept.definition = term.means


def _plan_labels(plan: _Plan, labels: list[Label]) -> None:
    of_concept: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        of_concept[label.concept_id].append(label)
    for term, concept in plan.kept:
        want, have = set(_names(term).items()), {(label.text, Label.Kind(label.kind)): label.pk for label in of_concept[concept.pk]}
        gone, come = have.keys() - want, want - have.keys()
        plan.labels_out += [have[name] for name in gone]
        plan.labels_in += [(concept, kind, text) for text, kind in come]
        for word, names in (("names gone", gone), ("new names", come)):
            if names:
                plan.changes[concept.pk].append(f"{word}: {', '.join(sorted(text for text, _ in names))}")
    for term, fresh in plan.new:
        plan.labels_in += [(fresh, kind, text) for text, kind in _names(term).items()]


def _plan_links(plan: _Plan) -> None:
    """Compares only relations between two terms of the list: it cannot speak about others."""
    ids = {concept.pk: term.key for term, concept in plan.kept}
    have: dict[Link, int] = {}
    for row in Relation.objects.filter(source__in=ids) if ids else []:
        if row.target_id in ids:
            have[_link(ids[row.source_id], ids[row.target_id], Relation.Kind(row.kind))] = row.pk
    want = set(chain.from_iterable(_links(term) for term, _ in chain(plan.kept, plan.new)))
    plan.links_out = [have[link] for link in have.keys() - want]
    plan.links_in = sorted(want - have.keys())
    pks = {key: pk for pk, key in ids.items()}
    touched = {end for link in have.keys() ^ want for end in link[: 1 if link[2] == Relation.Kind.BROADER else 2]}
    for key in touched & pks.keys():
        plan.changes[pks[key]].append("broader or related terms")


def _links(term: Term) -> Iterable[Link]:
    for kind, labels in ((Relation.Kind.BROADER, term.broader), (Relation.Kind.RELATED, term.related)):
        for label in labels:
            yield _link(term.key, name_key(label), kind)


def _link(source: str, target: str, kind: Relation.Kind) -> Link:
    if kind == Relation.Kind.RELATED:
        source, target = sorted((source, target))
    return source, target, kind.value


# --- Doing it -----------------------------------------------------------------------------------


def _write(scheme: ConceptScheme, plan: _Plan, now: dt.datetime) -> None:
    """In bulk, so past every save(): what those keep up to date is set here."""
    changed = [concept for _, concept in plan.kept if concept.pk in plan.changes]
    for concept in changed:
        concept.modified_at = now
    Concept.objects.bulk_update(changed, ["label", "definition", "modified_at"], batch_size=BATCH)
    fresh = Concept.objects.bulk_create([concept for _, concept in plan.new], batch_size=BATCH)
    Label.objects.filter(pk__in=plan.labels_out).delete()
    Label.objects.bulk_create(
        [
            Label(concept=concept, kind=kind, text=text, letter=letter_of(text), sort_key=sort_key(text))
            for concept, kind, text in plan.labels_in
        ],
        batch_size=BATCH,
    )
    Relation.objects.filter(pk__in=plan.links_out).delete()
    ids = {term.key: concept.pk for term, concept in chain(plan.kept, plan.new)}
    Relation.objects.bulk_create([_relation(link, ids) for link in plan.links_in], batch_size=BATCH)
    # The search index hears post_save, which bulk writes do not send.
    transaction.on_commit(partial(_index, [concept.pk for concept in chain(changed, fresh)]))


def _relation(link: Link, ids: dict[str, int]) -> Relation:
    source, target, kind = ids[link[0]], ids[link[1]], Relation.Kind(link[2])
    if kind == Relation.Kind.RELATED:
        source, target = sorted((source, target))
    return Relation(source_id=source, target_id=target, kind=kind)


@transaction.atomic
def _index(pks: list[int]) -> None:
    for pk in pks:
        insert_or_update_object_task.enqueue("taxonomy", "concept", str(pk))
