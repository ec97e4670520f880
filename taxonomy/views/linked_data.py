"""Terms for programs: addresses that say what a thing is, documents about it, and whole schemes to take away."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import MediaType
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from taxonomy import access
from taxonomy.skos import handing_out
from taxonomy.skos.formats import DOWNLOADS, OF_ONE_TERM, WRITTEN, Written

HTML, XHTML = "text/html", "application/xhtml+xml"
HOME = ("Home", "/")
# For each media type that an Accept header may name, the suffix of the document it is led to.
ACCEPTED = {HTML: "", XHTML: "", **{WRITTEN[suffix].media_type: suffix for suffix in OF_ONE_TERM}}
_SUFFIXES = {"html": "", **{suffix: suffix for suffix in OF_ONE_TERM}, **ACCEPTED}


@require_safe
def identify(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """A term or a collection is no document: 303 leads to one about it (Cool URIs for the Semantic Web)."""
    thing = access.get_thing_to_identify(request.user, slug, public_id)
    suffix = _wanted(request)
    if suffix is None:
        return _not_acceptable()
    page = thing.page or reverse("taxonomy:downloads")
    return _see_other(page if not suffix else reverse("taxonomy:document", args=[slug, public_id, suffix]))


@require_safe
def identify_scheme(request: HttpRequest, slug: str) -> HttpResponse:
    scheme = access.get_scheme_to_read(request.user, slug)
    suffix = _wanted(request)
    if suffix is None:
        return _not_acceptable()
    if suffix == "json":
        suffix = "jsonld"  # a whole scheme has one of the two
    return _see_other(reverse("taxonomy:download", args=[scheme.slug, suffix]) if suffix else reverse("taxonomy:downloads"))


def _wanted(request: HttpRequest) -> str | None:
    """A suffix, "" for the page; None where nothing that is asked for can be had. `?format=` goes before Accept."""
    if "format" in request.GET:
        return _SUFFIXES.get(request.GET["format"].replace(" ", "+"))  # whoever writes application/rdf+xml there means a plus
    asked = [_without_parameters(told) for told in request.headers.get("Accept", "*/*").split(",") if told.strip()]
    wishes = [(wish, suffix) for offered, suffix in ACCEPTED.items() if (wish := _wish_for(offered, asked))]
    return max(wishes, key=itemgetter(0))[1] if wishes else None


def _without_parameters(told: str) -> MediaType:
    """A charset or a profile is no reason to have nothing: we offer each type in one way only."""
    media = MediaType(told)
    media.params = {name: value for name, value in media.params.items() if name == "q"}
    return media


def _wish_for(offered: str, asked: list[MediaType]) -> tuple[float, int, int] | None:
    """How much a type is wished for; None for not at all. Of all that match it, what names it most nearly speaks for it."""
    found = [
        (media.specificity, -place, media.quality)
        for place, media in enumerate(asked)
        if media.match(offered) and (offered != XHTML or media.sub_type != "*")  # "application/*" asks for data
    ]
    nearness, place, quality = max(found, default=(0, 0, 0))
    return (quality, nearness, place) if quality else None


def _see_other(address: str) -> HttpResponse:
    response = HttpResponse(status=303, headers={"Location": address})
    return _open_to_programs(response)


def _not_acceptable() -> HttpResponse:
    told = "There is a page (text/html), and data in:\n" + "".join(
        f"  {WRITTEN[suffix].media_type} (?format={suffix})\n" for suffix in OF_ONE_TERM
    )
    return _open_to_programs(HttpResponse(told, status=406, content_type="text/plain; charset=utf-8"))


def _open_to_programs(response: HttpResponse) -> HttpResponse:
    """Also to scripts on other sites: without cookies, so they read what every visitor reads."""
    patch_vary_headers(response, ["Accept"])
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def document(request: HttpRequest, slug: str, public_id: str, suffix: str) -> HttpResponse:
    if suffix not in OF_ONE_TERM:
        raise Http404
    thing = access.get_thing_to_identify(request.user, slug, public_id)
    content = _joined(WRITTEN[suffix].write(handing_out.document_about(thing, request.user)))
    response = _of(content, WRITTEN[suffix], f"{public_id}.{suffix}")
    return _unless_known(request, response, handing_out.digest(content))


@require_safe
def download(request: HttpRequest, slug: str, suffix: str) -> HttpResponse:
    """A whole scheme. Written once for each state it is in: the same bytes are kept for whoever asks next."""
    if suffix not in DOWNLOADS:
        raise Http404
    scheme = access.get_scheme_to_read(request.user, slug)
    state, changed = handing_out.state(scheme, request.user)
    response = HttpResponse()
    if changed is not None:
        response["Last-Modified"] = http_date(changed.timestamp())
    known = _unless_known(request, response, f"{suffix}-{state}")
    if known is not response:
        return known
    filled = _of(handing_out.written(scheme, request.user, suffix, state), WRITTEN[suffix], f"{scheme.slug}.{suffix}")
    for name, value in response.items():
        filled.setdefault(name, value)
    return filled


@require_safe
def downloads(request: HttpRequest) -> HttpResponse:
    context = {
        "schemes": handing_out.schemes(request.user),
        "formats": [WRITTEN[suffix] for suffix in DOWNLOADS],
        "crumbs": [HOME, ("A to Z", reverse("taxonomy:a_z")), ("Take the terms with you", "")],
    }
    return render(request, "taxonomy/downloads.html", context)


def _of(content: bytes, written: Written, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_media_type(written))
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Access-Control-Allow-Origin"] = "*"
    if written.suffix in ("csv", "xlsx"):
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _media_type(written: Written) -> str:
    return f"{written.media_type}; charset=utf-8" if written.suffix != "xlsx" else written.media_type


def _unless_known(request: HttpRequest, response: HttpResponse, digest: str) -> HttpResponse:
    """304 for whoever has it already."""
    response["ETag"] = quote_etag(digest[:48])
    known = get_conditional_response(request, etag=response["ETag"], response=response)
    return response if known is None or known.status_code == 200 else known


def _joined(pieces: Iterable[str | bytes]) -> bytes:
    return b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in pieces)
