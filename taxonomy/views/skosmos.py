"""The A-Z for programs that speak to Skosmos: the same paths under /a-z/rest/v1/."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from taxonomy import access
from taxonomy.models import Concept, ConceptScheme
from taxonomy.skos import handing_out, skosmos
from taxonomy.skos.addresses import own_public_id

# Programs bring no session; what they get is what every visitor gets, whoever's browser asks.
EVERYBODY = AnonymousUser()
OF_A_SCHEME: dict[str, Callable[[ConceptScheme], skosmos.Answer]] = {
    "": skosmos.about,
    "topConcepts": skosmos.top_concepts,
    "index": skosmos.index,
    "groups": skosmos.groups,
    "vocabularyStatistics": skosmos.statistics,
}
OF_A_CONCEPT: dict[str, Callable[[Concept], skosmos.Answer]] = {
    "broader": skosmos.broader,
    "narrower": skosmos.narrower,
    "related": skosmos.related,
    "children": skosmos.children,
    "hierarchy": skosmos.hierarchy,
    "broaderTransitive": skosmos.broader_transitive,
    "narrowerTransitive": skosmos.narrower_transitive,
    "mappings": skosmos.mappings,
}


def _json(told: skosmos.Answer) -> HttpResponse:
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _bad(told: str) -> HttpResponse:
    return HttpResponse(told, status=400, content_type="text/plain; charset=utf-8")


def _number(request: HttpRequest, name: str, most: int) -> int:
    given = request.GET.get(name, "")
    return min(int(given), most) if given.isascii() and given.isdigit() and len(given) < 8 else 0


@require_safe
def vocabularies(request: HttpRequest) -> HttpResponse:
    return _json(skosmos.vocabularies(handing_out.schemes(EVERYBODY)))


@require_safe
def search(request: HttpRequest, slug: str = "") -> HttpResponse:
    scheme = access.get_scheme_to_read(EVERYBODY, slug) if slug else None
    query = request.GET.get("query", "")
    if not query:
        return _bad("Say what to look for: ?query=")
    most = _number(request, "maxhits", skosmos.MOST_HITS) or skosmos.MOST_HITS
    offset = _number(request, "offset", 10_000)
    return _json(skosmos.search(query[:200], scheme, lang=request.GET.get("lang", ""), offset=offset, most=most))


@require_safe
def of_a_scheme(request: HttpRequest, slug: str, what: str = "") -> HttpResponse:
    return _json(OF_A_SCHEME[what](access.get_scheme_to_read(EVERYBODY, slug)))


@require_safe
def under_letter(request: HttpRequest, slug: str, letter: str) -> HttpResponse:
    return _json(skosmos.under_letter(access.get_scheme_to_read(EVERYBODY, slug), letter))


@require_safe
def latest(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    field = {"new": "created_at", "modified": "modified_at"}[what]
    return _json(skosmos.latest(access.get_scheme_to_read(EVERYBODY, slug), field, _number(request, "offset", 1_000_000)))


@require_safe
def lookup(request: HttpRequest, slug: str) -> HttpResponse:
    scheme = access.get_scheme_to_read(EVERYBODY, slug)
    label = request.GET.get("label", "").strip("*")
    if not label:
        return _bad("Say which name: ?label=")
    found = skosmos.lookup(scheme, label[:200], request.GET.get("lang", ""))
    if found is None:
        raise Http404
    return _json(found)


@require_safe
def of_a_concept(request: HttpRequest, slug: str, what: str) -> HttpResponse:
    return _json(OF_A_CONCEPT[what](_concept(request, slug)))


@require_safe
def label(request: HttpRequest, slug: str) -> HttpResponse:
    return _json(skosmos.labels(_concept(request, slug), request.GET.get("lang", "")))


def _concept(request: HttpRequest, slug: str) -> Concept:
    found = skosmos.find(access.get_scheme_to_read(EVERYBODY, slug), request.GET.get("uri", ""))
    if found is None:
        raise Http404
    return found


@require_safe
def group_members(request: HttpRequest, slug: str) -> HttpResponse:
    found = skosmos.group_members(access.get_scheme_to_read(EVERYBODY, slug), request.GET.get("uri", ""))
    if found is None:
        raise Http404
    return _json(found)


@require_safe
def data(request: HttpRequest, slug: str) -> HttpResponse:
    """A whole scheme, or the term at `uri`."""
    scheme = access.get_scheme_to_read(EVERYBODY, slug)
    suffix = {"application/rdf+xml": "rdf", "application/ld+json": "jsonld", "application/json": "jsonld"}.get(
        request.GET.get("format", ""), "ttl"
    )
    if "uri" not in request.GET:
        return redirect("taxonomy:download", slug=slug, suffix=suffix)
    concept = _concept(request, slug)
    public_id = own_public_id(request.GET["uri"], scheme) or concept.public_id
    return redirect(reverse("taxonomy:document", args=[slug, public_id, suffix]))
