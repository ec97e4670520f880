"""Which term of the file is which of the hub's, and what a new one is called."""

from __future__ import annotations

from collections import Counter, defaultdict

from taxonomy.labels import RESERVED_SLUGS, name_key, slug_for
from taxonomy.models import ENGLISH, Concept, Label
from taxonomy.skos.addresses import own_public_id, root_of
from taxonomy.skos.plan.planning import Planning
from taxonomy.skos.vocabulary import CANDIDATE, DEPRECATED, PREFERRED, PUBLISHED, Entry


def name_the_nameless(planning: Planning) -> None:
    """Terms of a sheet or text that gives no URIs: the scheme's own of that name, or new ones."""
    by_name = {
        name_key(concept.label): uri for uri, concept in sorted(planning.own.items(), key=lambda item: item[1].status != DEPRECATED)
    }
    renamed = {}
    for key in [key for key in planning.vocabulary.entries if key.startswith("name:")]:
        renamed[key] = by_name.get(key.removeprefix("name:")) or f"{root_of(planning.plan.scheme)}{Concept().public_id}"
    entries = {}
    for key, entry in planning.vocabulary.entries.items():
        entry.uri = renamed.get(key, key)
        entries[entry.uri] = entry

    def of(reference: str) -> str:
        known = renamed.get(reference, reference)
        return known if known in entries or known in planning.plan.pks else by_name.get(name_key(reference), known)

    for entry in entries.values():
        entry.broader = {of(reference): kind for reference, kind in entry.broader.items()}
        entry.related = set(map(of, entry.related))
        entry.replaced_by = set(map(of, entry.replaced_by))
    planning.vocabulary.entries.clear()
    planning.vocabulary.entries.update(entries)


def match(planning: Planning) -> None:
    notations = Counter(entry.notation for entry in planning.vocabulary.entries.values() if entry.notation)
    held = {concept.notation: uri for uri, concept in planning.own.items() if concept.notation}
    for uri, entry in list(planning.vocabulary.entries.items()):
        if uri in planning.elsewhere:
            planning.problems.warn(
                f"A term is here already, in the scheme “{planning.elsewhere[uri].title}”; it is left out.", entry.place
            )
            del planning.vocabulary.entries[uri]
            continue
        if entry.notation and (notations[entry.notation] > 1 or held.get(entry.notation, uri) != uri):
            planning.problems.warn("A code is another term's as well, and is left out.", f"{entry.place}: “{entry.notation}”")
            entry.notation = ""
        if uri in planning.own:
            planning.plan.kept[uri] = planning.own[uri]
        elif not any(name.kind == PREFERRED for name in entry.names):
            planning.problems.warn("A term without a preferred name is left out.", entry.place)
            del planning.vocabulary.entries[uri]
        else:
            planning.plan.new[uri] = _new_concept(planning, entry)
    planning.plan.others = len(planning.own.keys() - planning.vocabulary.entries.keys())


def _new_concept(planning: Planning, entry: Entry) -> Concept:
    label = entry.label
    if not entry.preferred():
        planning.problems.warn(
            "A term has no English name. It goes by the one it has, and shows in the A to Z when it is given one.", entry.place
        )
    slug = entry.slug if entry.slug and entry.slug not in planning.taken and entry.slug not in RESERVED_SLUGS else ""
    slug = slug or slug_for(label, planning.taken)
    planning.taken.add(slug)
    _leave_out_days_to_come(planning, entry)
    status = entry.status or PUBLISHED
    concept = Concept(
        slug=slug,
        label=label,
        definition=entry.english_definition,
        notation=entry.notation,
        status=CANDIDATE if planning.wanted.as_candidates and status == PUBLISHED else status,
        created_at=entry.created or planning.now,
        modified_at=entry.modified or entry.created or planning.now,
    )
    public_id = own_public_id(entry.uri, planning.plan.scheme)
    if public_id and public_id not in planning.public_ids:
        concept.public_id = public_id
    else:
        concept.source_uri = entry.uri
    return concept


def _leave_out_days_to_come(planning: Planning, entry: Entry) -> None:
    """Whatever asks for the latest change would see no other until that day."""
    for name in ("created", "modified"):
        when = getattr(entry, name)
        if when is not None and when > planning.now:
            planning.problems.warn("A date is yet to come; today's is kept.", f"{entry.place}: “{when:%Y-%m-%d}”")
            setattr(entry, name, None)


def tell_of_shared_names(planning: Planning) -> None:
    """There is one A-Z: a name of two terms leads to either. Told, not refused: published vocabularies have such names."""
    owners: dict[str, list[Entry]] = defaultdict(list)
    for entry in planning.vocabulary.entries.values():
        if entry.status != DEPRECATED:
            for name in entry.names:
                if name.kind == PREFERRED and name.language == ENGLISH:
                    owners[name_key(name.text)].append(entry)
    for sharing in owners.values():
        for entry in sharing if len(sharing) > 1 else []:
            planning.problems.warn("Terms of the file share a preferred name.", f"{entry.place}: “{entry.label}”")
    _tell_of_names_in_the_hub(planning, owners)


def _tell_of_names_in_the_hub(planning: Planning, owners: dict[str, list[Entry]]) -> None:
    rows = Label.objects.filter(language=ENGLISH).exclude(concept__status=DEPRECATED).values_list("text", "concept_id")
    in_hub: dict[str, int] = {name_key(text): pk for text, pk in rows}
    kept = {concept.pk for concept in planning.plan.kept.values()}
    for key, sharing in owners.items():
        if key in in_hub and in_hub[key] not in kept:
            planning.problems.warn("A name is one of another term of the hub as well.", f"{sharing[0].place}: “{sharing[0].label}”")
