"""What editors do to one term: define it, name it, say what it means, place it, map it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf

from django.db import transaction

from hub.accounts.models import User
from taxonomy import queries
from taxonomy.actions.recording import Recorder, Refused, fresh, lock_schemes
from taxonomy.actions.structure import Structure
from taxonomy.labels import name_key, slug_for
from taxonomy.models import ENGLISH, Concept, ConceptChange, ConceptScheme, FormerSlug, Label, Mapping, Relation

Kind = ConceptChange.Kind


@transaction.atomic
def define(
    *,
    label: str,
    definition: str,
    by: User | None,
    now: dt.datetime,
    scheme: ConceptScheme | None = None,
    broader: Iterable[Concept] = (),
    also: Iterable[str] = (),
    reason: str = "",
) -> ConceptChange:
    """A new, published term; it is the change's only concept."""
    lock_schemes()
    recorder = Recorder(())
    concept = create(label=label, definition=definition, scheme=scheme, status=Concept.Status.PUBLISHED, also=also, now=now)
    recorder.include(concept)
    _put_under(concept, broader)
    return recorder.close(Kind.DEFINE, f"New: “{concept.label}”", by=by, now=now, reason=reason)


@transaction.atomic
def publish(
    *,
    concept: Concept,
    by: User | None,
    now: dt.datetime,
    label: str = "",
    definition: str = "",
    broader: Iterable[Concept] = (),
    reason: str = "",
) -> ConceptChange:
    """A candidate becomes a term, under another label and meaning if they are given."""
    lock_schemes()
    concept = fresh(concept)
    if concept.status != Concept.Status.CANDIDATE:
        raise Refused(f"“{concept.label}” is no candidate.")
    recorder = Recorder([concept])
    if label and label != concept.label:
        refuse_taken([label], besides=concept)
        concept.labels.filter(language=ENGLISH, text=label).delete()
        Label.objects.filter(concept=concept, language=ENGLISH, kind=Label.Kind.PREFERRED).delete()
        Label.objects.create(concept=concept, kind=Label.Kind.PREFERRED, text=label)
        concept = fresh(concept)
        concept.slug = free_slug(label, concept)
    else:
        refuse_taken(list(concept.labels.filter(language=ENGLISH).values_list("text", flat=True)), besides=concept)
    concept.definition = definition or concept.definition
    concept.status = Concept.Status.PUBLISHED
    concept.save()
    _put_under(concept, broader)
    return recorder.close(Kind.DEFINE, f"New: “{concept.label}”", by=by, now=now, reason=reason)


@transaction.atomic
def describe(*, concept: Concept, definition: str, by: User | None, now: dt.datetime, reason: str = "") -> ConceptChange:
    """Its meaning, anew."""
    lock_schemes()
    concept = fresh(concept)
    recorder = Recorder([concept])
    concept.definition = definition
    concept.save(update_fields=["definition"])
    return recorder.close(Kind.EDIT, f"New meaning: “{concept.label}”", by=by, now=now, reason=reason)


# --- Names --------------------------------------------------------------------------------------


@transaction.atomic
def rename(
    *,
    concept: Concept,
    label: str,
    by: User | None,
    now: dt.datetime,
    old_name: Label.Kind = Label.Kind.ALTERNATIVE,
    new_address: bool = True,
    reason: str = "",
) -> ConceptChange:
    """The old name stays as another name, shown or for search only; the old address leads to the new one for ever."""
    lock_schemes()
    concept = fresh(concept)
    refuse_not_live(concept)
    if label == concept.label:
        raise Refused(f"“{label}” is its name already.")
    refuse_taken([label], besides=concept)
    recorder = Recorder([concept])
    was = concept.label
    Label.objects.filter(concept=concept, language=ENGLISH, text=label).delete()
    Label.objects.filter(concept=concept, language=ENGLISH, kind=Label.Kind.PREFERRED).update(kind=old_name)
    Label.objects.create(concept=concept, kind=Label.Kind.PREFERRED, text=label)
    concept.refresh_from_db()
    if new_address:
        readdress(concept, free_slug(label, concept))
    return recorder.close(Kind.RENAME, f"“{was}” is now “{label}”", by=by, now=now, reason=reason)


@transaction.atomic
def add_label(
    *, concept: Concept, text: str, kind: Label.Kind, by: User | None, now: dt.datetime, language: str = ENGLISH, reason: str = ""
) -> ConceptChange:
    """Another name, or a preferred one in a language that has none."""
    lock_schemes()
    concept = fresh(concept)
    refuse_taken([text], besides=concept)
    if concept.labels.filter(language=language, text=text).exists():
        raise Refused(f"“{concept.label}” has the name “{text}” already.")
    if kind == Label.Kind.PREFERRED and concept.labels.filter(language=language, kind=kind).exists():
        raise Refused(f"“{concept.label}” has a preferred name already. Rename it instead.")
    recorder = Recorder([concept])
    Label.objects.create(concept=concept, kind=kind, text=text, language=language)
    return recorder.close(Kind.LABEL, f"“{concept.label}” is also called “{text}”", by=by, now=now, reason=reason)


@transaction.atomic
def remove_label(
    *, concept: Concept, text: str, by: User | None, now: dt.datetime, language: str = ENGLISH, reason: str = ""
) -> ConceptChange:
    """Not the preferred English one: a term has a name."""
    lock_schemes()
    concept = fresh(concept)
    if language == ENGLISH and text == concept.label:
        raise Refused(f"“{text}” is the term's preferred name. Rename the term instead.")
    recorder = Recorder([concept])
    for label in concept.labels.filter(language=language, text=text):
        label.delete()
    return recorder.close(Kind.LABEL, f"“{concept.label}” is no longer called “{text}”", by=by, now=now, reason=reason)


# --- Its place ----------------------------------------------------------------------------------


@transaction.atomic
def relate(*, concept: Concept, to: Concept, by: User | None, now: dt.datetime, reason: str = "") -> ConceptChange:
    lock_schemes()
    concept, to = fresh(concept), fresh(to)
    structure = Structure()
    if not structure.can_relate(concept, to):
        raise Refused(f"“{concept.label}” and “{to.label}” stand one above the other, so they cannot be related as well.")
    recorder = Recorder([concept, to])
    structure.relate(concept, to)
    return recorder.close(Kind.RELATE, f"“{concept.label}” and “{to.label}” are related", by=by, now=now, reason=reason)


@transaction.atomic
def unrelate(*, concept: Concept, to: Concept, by: User | None, now: dt.datetime, reason: str = "") -> ConceptChange:
    lock_schemes()
    concept, to = fresh(concept), fresh(to)
    recorder = Recorder([concept, to])
    Structure().part(concept.pk, to.pk)
    return recorder.close(Kind.RELATE, f"“{concept.label}” and “{to.label}” are no longer related", by=by, now=now, reason=reason)


@transaction.atomic
def move(
    *,
    concept: Concept,
    broader: Sequence[Concept],
    by: User | None,
    now: dt.datetime,
    kinds: MappingOf[Concept, Relation.BroaderKind] | None = None,
    reason: str = "",
) -> ConceptChange:
    """Under these terms and no others, with everything below it; under none, it stands at the top."""
    lock_schemes()
    concept = fresh(concept)
    refuse_not_live(concept)
    targets = [fresh(target) for target in broader]
    for target in targets:
        refuse_not_live(target)
    structure = Structure()
    before = [relation.target for relation in concept.relations.filter(kind=Relation.Kind.BROADER).select_related("target")]
    recorder = Recorder([concept, *before, *targets])
    for target in before:
        if target not in targets or (kinds and target in kinds):
            structure.take_from_under(concept, target)
    for target in targets:
        structure.put_under(concept, target, (kinds or {}).get(target, ""))
    where = " and ".join(f"“{target.label}”" for target in targets)
    summary = f"“{concept.label}” now stands {f'under {where}' if where else 'at the top'}"
    return recorder.close(Kind.MOVE, summary, by=by, now=now, reason=reason)


# --- What it is elsewhere -----------------------------------------------------------------------


@transaction.atomic
def map_to(
    *,
    concept: Concept,
    target_uri: str,
    kind: Mapping.Kind,
    by: User | None,
    now: dt.datetime,
    target_label: str = "",
    target_scheme: str = "",
    justification: str = "",
    reason: str = "",
) -> ConceptChange:
    """In the place of what was said of this target before. Whoever says so has checked it today."""
    lock_schemes()
    concept = fresh(concept)
    recorder = Recorder([concept])
    Mapping.objects.update_or_create(
        concept=concept,
        target_uri=target_uri,
        defaults={
            "kind": kind,
            "target_label": target_label,
            "target_scheme": target_scheme,
            "justification": justification,
            "author": by,
            "checked_on": now.date(),
        },
    )
    summary = f"“{concept.label}” is mapped to “{target_label or target_uri}”"
    return recorder.close(Kind.MAP, summary, by=by, now=now, reason=reason)


@transaction.atomic
def unmap(*, concept: Concept, target_uri: str, by: User | None, now: dt.datetime, reason: str = "") -> ConceptChange:
    lock_schemes()
    concept = fresh(concept)
    recorder = Recorder([concept])
    Mapping.objects.filter(concept=concept, target_uri=target_uri).delete()
    return recorder.close(Kind.MAP, f"“{concept.label}” is no longer mapped to {target_uri}", by=by, now=now, reason=reason)


# --- Steps that other actions share; they need the lock ------------------------------------------


def create(
    *,
    label: str,
    definition: str,
    status: Concept.Status,
    now: dt.datetime,
    scheme: ConceptScheme | None = None,
    also: Iterable[str] = (),
) -> Concept:
    """Without a scheme, in the first: most hubs have one. Raises Refused."""
    scheme = scheme or queries.first_scheme()
    if scheme is None:
        raise Refused("There is no scheme yet. Make one in the A to Z first.")
    others = [text for text in dict.fromkeys(also) if name_key(text) != name_key(label)]
    refuse_taken([label, *others])
    slug = free_slug(label)
    concept = Concept.objects.create(
        scheme=scheme, slug=slug, label=label, definition=definition, status=status, created_at=now, modified_at=now
    )
    Label.objects.create(concept=concept, kind=Label.Kind.PREFERRED, text=label)
    for text in others:
        Label.objects.create(concept=concept, kind=Label.Kind.ALTERNATIVE, text=text)
    return concept


def refuse_taken(texts: Iterable[str], besides: Concept | None = None) -> None:
    for text, owner in queries.name_owners(texts, besides=besides.pk if besides else None).items():
        raise Refused(f"“{text}” is already a name of “{owner}”. A name can lead to one term only.")


def refuse_not_live(concept: Concept) -> None:
    if concept.status != Concept.Status.PUBLISHED:
        raise Refused(f"“{concept.label}” is not in use. Choose a term that is.")


def free_slug(label: str, concept: Concept | None = None) -> str:
    """Its own present and former ones are free to it."""
    return slug_for(label, queries.taken_slugs(concept))


def readdress(concept: Concept, slug: str) -> None:
    """To another address, from which the old one leads on."""
    if slug != concept.slug:
        was, concept.slug = concept.slug, slug
        concept.save(update_fields=["slug"])
        lead_on(concept, was)


def lead_on(concept: Concept, was: str) -> None:
    """From an address the term had, if it ever was one: a candidate has none."""
    FormerSlug.objects.filter(concept=concept, slug=concept.slug).delete()
    if concept.status != Concept.Status.CANDIDATE:
        FormerSlug.objects.create(concept=concept, slug=was)


def _put_under(concept: Concept, broader: Iterable[Concept]) -> None:
    structure = Structure()
    for target in broader:
        target = fresh(target)
        refuse_not_live(target)
        structure.put_under(concept, target)
