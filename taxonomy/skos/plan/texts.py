"""Names, notes and the term's own fields beside what the hub has."""

from __future__ import annotations

from collections import defaultdict

from taxonomy.models import ENGLISH, Concept, Label, Note
from taxonomy.skos.plan.outcome import Pair
from taxonomy.skos.plan.planning import Planning
from taxonomy.skos.vocabulary import ALTERNATIVE, CANDIDATE, DEFINITION, PREFERRED, Entry, Text, clean, one_line

_KIND_WORDS = {PREFERRED: "the preferred name", ALTERNATIVE: "another name", Label.Kind.HIDDEN.value: "a name for search only"}


def compare_texts(planning: Planning) -> None:
    for uri in planning.plan.new:
        entry = planning.vocabulary.entries[uri]
        planning.plan.labels_in += [(uri, name) for name in sorted(entry.names)]
        planning.plan.notes_in += [(uri, note) for note in _kept_as_rows(entry)]
    pks = {concept.pk: uri for uri, concept in planning.plan.kept.items()}
    labels: dict[str, dict[Pair, tuple[int, str]]] = defaultdict(dict)
    notes: dict[str, dict[Text, int]] = defaultdict(dict)
    if pks:
        own = Concept.objects.filter(scheme=planning.plan.scheme).order_by().values("pk")
        fields = ("pk", "concept_id", "kind", "language", "text")
        for pk, concept, kind, language, text in Label.objects.filter(concept__in=own).values_list(*fields):
            if concept in pks:
                labels[pks[concept]][language, one_line(text)] = (pk, kind)
        for pk, concept, kind, language, text in Note.objects.filter(concept__in=own).values_list(*fields):
            if concept in pks:
                notes[pks[concept]][Text(kind, language, clean(text))] = pk
    for uri, concept in planning.plan.kept.items():
        _compare_fields(planning, uri, concept)
        _compare_names(planning, uri, labels[uri])
        _compare_notes(planning, uri, notes[uri])


def _compare_fields(planning: Planning, uri: str, concept: Concept) -> None:
    entry, lines = planning.vocabulary.entries[uri], []
    definition = entry.english_definition
    if definition and definition != clean(concept.definition):
        lines.append("new meaning")
        concept.definition = definition
    if entry.notation and entry.notation != one_line(concept.notation):
        lines.append(f"code: {entry.notation}")
        concept.notation = entry.notation
    if entry.status == CANDIDATE != concept.status:
        planning.problems.warn(
            "The file makes a candidate of a term that is public here. Its address is kept for good, so it stays as it is;"
            " deprecate it instead.",
            entry.place,
        )
    elif entry.status and entry.status != concept.status:
        lines.append(f"now {entry.status}")
        concept.status = entry.status
    if lines:
        planning.plan.changes[uri] += lines


def _compare_names(planning: Planning, uri: str, have: dict[Pair, tuple[int, str]]) -> None:
    entry = planning.vocabulary.entries[uri]
    want = {(name.language, name.text): name.kind for name in entry.names}
    named = {name.language for name in entry.names if name.kind == PREFERRED}
    silent = {language for language, _ in have} - named  # the file names nothing else there: what is preferred stays
    come = [Text(kind, *key) for key, kind in sorted(want.items()) if key not in have]
    turned = [
        (key, kind)
        for key, kind in sorted(want.items())
        if key in have and have[key][1] != kind and not (have[key][1] == PREFERRED and key[0] in silent)
    ]
    rest = [(key, kind) for key, (_, kind) in sorted(have.items()) if key not in want]
    rest = [(key, kind) for key, kind in rest if not (kind == PREFERRED and key[0] in silent)]
    gone = [key for key, kind in rest if planning.loses("names", kind)]
    turned += [(key, ALTERNATIVE) for key, kind in rest if kind == PREFERRED and key not in gone]
    planning.plan.labels_in += [(uri, name) for name in come]
    planning.plan.labels_turned |= {have[key][0]: kind for key, kind in turned}
    planning.plan.labels_out += [have[key][0] for key in gone]
    _tell_names(planning, uri, come, turned, gone)


def _tell_names(planning: Planning, uri: str, come: list[Text], turned: list[tuple[Pair, str]], gone: list[Pair]) -> None:
    lines = []
    if come:
        lines.append(f"new names: {', '.join(_told(name.language, name.text) for name in come)}")
    lines += [f"“{_told(*key)}” becomes {_KIND_WORDS[kind]}" for key, kind in turned]
    if gone:
        lines.append(f"names gone: {', '.join(_told(*key) for key in gone)}")
    if lines:
        planning.plan.changes[uri] += lines


def _told(language: str, text: str) -> str:
    return text if language == ENGLISH else f"{text} ({language})"


def _compare_notes(planning: Planning, uri: str, have: dict[Text, int]) -> None:
    want = set(_kept_as_rows(planning.vocabulary.entries[uri]))
    come = sorted(want - have.keys())
    gone = [note for note in sorted(have.keys() - want) if planning.loses("notes", note.kind)]
    planning.plan.notes_in += [(uri, note) for note in come]
    planning.plan.notes_out += [have[note] for note in gone]
    for word, notes in (("new", come), ("gone", gone)):
        if notes:
            planning.plan.changes[uri].append(f"{word} notes: {', '.join(f'{note.kind} ({note.language})' for note in notes)}")


def _kept_as_rows(entry: Entry) -> list[Text]:
    """All notes but the English definition, which is the term's own."""
    return sorted(note for note in entry.notes if not (note.kind == DEFINITION and note.language == ENGLISH))
