"""Answers in the shape of the Skosmos REST API, for clients that were written for it. Of what everybody may read alone:
published terms, and deprecated ones at their own URI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from taxonomy.labels import letter_of, sort_key
from taxonomy.models import ENGLISH, Collection, Concept, ConceptScheme, Label, Mapping, Relation
from taxonomy.skos.addresses import own_public_id, scheme_uri, uri_of
from taxonomy.skos.terms import MAPPINGS, PREFIXES

Answer = dict[str, Any]
MOST_HITS, MOST_NEW = 100, 200
_CONTEXT = {
    "skos": PREFIXES["skos"],
    "uri": "@id",
    "type": "@type",
    "lang": "@language",
    "value": "@value",
    "prefLabel": "skos:prefLabel",
    "altLabel": "skos:altLabel",
    "hiddenLabel": "skos:hiddenLabel",
    "broader": "skos:broader",
    "narrower": "skos:narrower",
    "related": "skos:related",
}


def _answer(**told: Any) -> Answer:
    return {"@context": _CONTEXT, **told}


def _live() -> QuerySet[Concept]:
    return Concept.objects.filter(status=Concept.Status.PUBLISHED).select_related("scheme")


def find(scheme: ConceptScheme, uri: str) -> Concept | None:
    """By its URI; a deprecated one too."""
    among = Concept.objects.with_an_address().filter(scheme=scheme).select_related("scheme")
    public_id = own_public_id(uri, scheme)
    return among.filter(Q(source_uri=uri) if not public_id else Q(public_id=public_id, source_uri="")).first()


def _brief(concept: Concept) -> Answer:
    told: Answer = {"uri": uri_of(concept, concept.scheme), "prefLabel": concept.label}
    return {**told, "notation": concept.notation} if concept.notation else told


def _briefs(concepts: Iterable[Concept]) -> list[Answer]:
    return [_brief(concept) for concept in sorted(concepts, key=lambda concept: (sort_key(concept.label), concept.public_id))]


# --- Vocabularies -------------------------------------------------------------------------------


def vocabularies(schemes: Iterable[ConceptScheme]) -> Answer:
    return _answer(vocabularies=[{"uri": scheme_uri(scheme), "id": scheme.slug, "title": scheme.title} for scheme in schemes])


def about(scheme: ConceptScheme) -> Answer:
    return _answer(
        uri="",
        id=scheme.slug,
        title=scheme.title,
        defaultLanguage=ENGLISH,
        languages=sorted(
            set(
                Label.objects.filter(concept__scheme=scheme, concept__status="published")
                .values_list("language", flat=True)
                .distinct()
            )
        ),
        conceptschemes=[{"uri": scheme_uri(scheme), "label": scheme.title, "title": scheme.title, "type": "skos:ConceptScheme"}],
    )


def statistics(scheme: ConceptScheme) -> Answer:
    counted = Concept.objects.filter(scheme=scheme)
    return _answer(
        id=scheme.slug,
        title=scheme.title,
        concepts={
            "class": f"{PREFIXES['skos']}Concept",
            "label": "Concept",
            "count": counted.filter(status="published").count(),
            "deprecatedCount": counted.filter(status="deprecated").count(),
        },
    )


# --- Finding ------------------------------------------------------------------------------------


def search(query: str, scheme: ConceptScheme | None, *, lang: str = "", offset: int = 0, most: int = MOST_HITS) -> Answer:
    """`*` stands for anything, at either end; without it a name has to match whole. Capitals make no difference."""
    bare = query.strip("*")
    labels = Label.objects.filter(concept__status=Concept.Status.PUBLISHED).select_related("concept__scheme")
    if scheme is not None:
        labels = labels.filter(concept__scheme=scheme)
    if lang:
        labels = labels.filter(language=lang)
    match = {(False, False): "iexact", (False, True): "istartswith", (True, False): "iendswith", (True, True): "icontains"}
    lookup = match[query.startswith("*"), query.endswith("*")]
    found = labels.filter(**{f"text__{lookup}": bare}) if bare else labels.none()
    hits: dict[int, Answer] = {}
    for label in found.order_by("sort_key", "text", "concept__public_id")[: (offset + most) * 4]:
        hits.setdefault(label.concept_id, _hit(label))
    return _answer(results=list(hits.values())[offset : offset + most])


def _hit(label: Label) -> Answer:
    concept = label.concept
    told = {**_brief(concept), "type": ["skos:Concept"], "lang": label.language, "vocab": concept.scheme.slug}
    told["localname"] = told["uri"].rpartition("/")[2].rpartition("#")[2]
    if label.kind == Label.Kind.ALTERNATIVE:
        told["altLabel"] = label.text
    elif label.kind == Label.Kind.HIDDEN:
        told["hiddenLabel"] = label.text
    return told


def lookup(scheme: ConceptScheme, label: str, lang: str) -> Answer | None:
    """None: nothing has this name."""
    found = search(label, scheme, lang=lang)["results"]
    return _answer(result=found) if found else None


def index(scheme: ConceptScheme) -> Answer:
    labels = _index_labels(scheme)
    letters = sorted(set(labels.order_by().values_list("letter", flat=True).distinct()))
    return _answer(uri=scheme_uri(scheme), indexLetters=[letter.upper() for letter in letters])


def under_letter(scheme: ConceptScheme, letter: str) -> Answer:
    rows = _index_labels(scheme).filter(letter=letter_of(letter)).select_related("concept__scheme")
    concepts = []
    for label in rows.order_by("sort_key", "text", "concept__public_id"):
        told: Answer = {
            **_brief(label.concept),
            "localname": label.concept.public_id,
            "lang": label.language,
            "type": ["skos:Concept"],
        }
        concepts.append({**told, "altLabel": label.text} if label.kind == Label.Kind.ALTERNATIVE else told)
    return _answer(uri=scheme_uri(scheme), indexConcepts=concepts)


def _index_labels(scheme: ConceptScheme) -> QuerySet[Label]:
    shown = Label.objects.filter(concept__scheme=scheme, concept__status=Concept.Status.PUBLISHED, language=ENGLISH)
    return shown.exclude(kind=Label.Kind.HIDDEN)


# --- One concept --------------------------------------------------------------------------------


def labels(concept: Concept, lang: str) -> Answer:
    rows = list(concept.labels.exclude(kind=Label.Kind.HIDDEN).filter(language=lang or ENGLISH).order_by("sort_key", "text"))
    told = _answer(uri=uri_of(concept, concept.scheme))
    preferred = [row.text for row in rows if row.kind == Label.Kind.PREFERRED]
    if preferred:
        told["prefLabel"] = preferred[0]
    if others := [row.text for row in rows if row.kind == Label.Kind.ALTERNATIVE]:
        told["altLabel"] = others
    return told


def _over(concept_pks: Iterable[int]) -> QuerySet[Concept]:
    return _live().filter(relations_to__kind=Relation.Kind.BROADER, relations_to__source__in=list(concept_pks)).distinct()


def _under(concept_pks: Iterable[int]) -> QuerySet[Concept]:
    return _live().filter(relations__kind=Relation.Kind.BROADER, relations__target__in=list(concept_pks)).distinct()


def broader(concept: Concept) -> Answer:
    return _answer(uri=uri_of(concept, concept.scheme), broader=_briefs(_over([concept.pk])))


def narrower(concept: Concept) -> Answer:
    return _answer(uri=uri_of(concept, concept.scheme), narrower=_briefs(_under([concept.pk])))


def related(concept: Concept) -> Answer:
    pairs = Relation.objects.filter(Q(source=concept) | Q(target=concept), kind=Relation.Kind.RELATED)
    ends = {end for pair in pairs.values_list("source_id", "target_id") for end in pair} - {concept.pk}
    return _answer(uri=uri_of(concept, concept.scheme), related=_briefs(_live().filter(pk__in=ends)))


def children(concept: Concept) -> Answer:
    below = list(_under([concept.pk]))
    parents = _have_children(below)
    told = [{**_brief(each), "hasChildren": each.pk in parents} for each in sorted(below, key=lambda each: sort_key(each.label))]
    return _answer(uri=uri_of(concept, concept.scheme), narrower=told)


def broader_transitive(concept: Concept) -> Answer:
    return _answer(uri=uri_of(concept, concept.scheme), broaderTransitive=_closure(concept, _over))


def narrower_transitive(concept: Concept) -> Answer:
    return _answer(uri=uri_of(concept, concept.scheme), narrowerTransitive=_closure(concept, _under))


def _closure(concept: Concept, step: Any) -> dict[str, Answer]:
    """Level by level, the concept itself with them. Each level is one query."""
    found: dict[int, Concept] = {concept.pk: concept}
    ahead = {concept.pk}
    while ahead:
        level = {each.pk: each for each in step(ahead) if each.pk not in found}
        found |= level
        ahead = set(level)
    links = Relation.objects.filter(kind=Relation.Kind.BROADER, source__in=found).values_list("source_id", "target_id")
    near: dict[int, list[str]] = {}
    for source, target in [link for link in links if link[1] in found]:
        low, high = (source, target) if step is _over else (target, source)
        near.setdefault(low, []).append(uri_of(found[high], found[high].scheme))
    return {told["uri"]: {**told, "direct": sorted(near.get(pk, []))} for pk, each in found.items() for told in [_brief(each)]}


def hierarchy(concept: Concept) -> Answer:
    """The way down from the top terms to this one, with what stands beside it on each level."""
    above = _closure_pks(concept)
    levels = list(_live().filter(pk__in=above)) + ([concept] if concept.pk not in above else [])
    by_pk = {each.pk: each for each in levels}
    links = list(
        Relation.objects.filter(kind=Relation.Kind.BROADER, target__in=by_pk, source__status="published")
        .select_related("source__scheme")
        .order_by("source__label", "source__public_id")
    )
    parents = _have_children([link.source for link in links])
    told: dict[str, Answer] = {}
    for pk, each in by_pk.items():
        uri = uri_of(each, each.scheme)
        below = [link.source for link in links if link.target_id == pk]
        ups = [uri_of(by_pk[link.target_id], by_pk[link.target_id].scheme) for link in links if link.source_id == pk]
        told[uri] = {**_brief(each), "hasChildren": bool(below)}
        if ups:
            told[uri]["broader"] = ups
        else:
            told[uri]["top"] = scheme_uri(each.scheme)
        if below:
            told[uri]["narrower"] = [{**_brief(low), "label": low.label, "hasChildren": low.pk in parents} for low in below]
    return _answer(broaderTransitive=told)


def _closure_pks(concept: Concept) -> set[int]:
    found = {concept.pk}
    ahead = {concept.pk}
    while ahead:
        ahead = set(_over(ahead).values_list("pk", flat=True)) - found
        found |= ahead
    return found


def _have_children(concepts: Iterable[Concept]) -> set[int]:
    keys = [concept.pk for concept in concepts]
    links = Relation.objects.filter(kind=Relation.Kind.BROADER, target__in=keys, source__status=Concept.Status.PUBLISHED)
    return set(links.values_list("target_id", flat=True))


def mappings(concept: Concept) -> Answer:
    rows = Mapping.objects.filter(concept=concept).order_by("kind", "target_uri")
    own = uri_of(concept, concept.scheme)
    return _answer(
        mappings=[
            {
                "uri": row.target_uri,
                "type": [f"skos:{MAPPINGS[row.kind].rpartition('#')[2]}"],
                "prefLabel": row.target_label,
                "vocabName": row.target_scheme,
                "from": {"memberSet": [{"uri": own}]},
                "to": {"memberSet": [{"uri": row.target_uri}]},
            }
            for row in rows
        ]
    )


# --- Lists --------------------------------------------------------------------------------------


def top_concepts(scheme: ConceptScheme) -> Answer:
    under = Relation.objects.filter(kind=Relation.Kind.BROADER, target__status=Concept.Status.PUBLISHED)
    tops = list(_live().filter(scheme=scheme).exclude(pk__in=under.values("source")))
    parents = _have_children(tops)
    told = [
        {**_brief(each), "label": each.label, "topConceptOf": scheme_uri(scheme), "hasChildren": each.pk in parents}
        for each in sorted(tops, key=lambda each: (sort_key(each.label), each.public_id))
    ]
    return _answer(uri=scheme_uri(scheme), topconcepts=told)


def latest(scheme: ConceptScheme, field: str, offset: int = 0) -> Answer:
    """`field`: created_at or modified_at."""
    rows = _live().filter(scheme=scheme).order_by(f"-{field}", "label", "public_id")[offset : offset + MOST_NEW]
    return _answer(changeList=[{**_brief(each), "date": getattr(each, field).isoformat()} for each in rows])


def groups(scheme: ConceptScheme) -> Answer:
    rows = Collection.objects.filter(scheme=scheme).order_by("title", "public_id")
    told = [{"uri": uri_of(each, scheme), "prefLabel": each.title, "type": ["skos:Collection"]} for each in rows]
    return _answer(uri=scheme_uri(scheme), groups=told)


def group_members(scheme: ConceptScheme, uri: str) -> Answer | None:
    public_id = own_public_id(uri, scheme)
    group = Collection.objects.filter(scheme=scheme).filter(Q(public_id=public_id) if public_id else Q(source_uri=uri)).first()
    if group is None:
        return None
    rows = _live().filter(collection_places__collection=group).order_by("collection_places__sort_order", "label", "public_id")
    return _answer(uri=uri, members=[{**_brief(each), "isSuper": False, "hasMembers": False} for each in rows])
