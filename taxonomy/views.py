"""The A-Z and its terms: public pages, the same for everybody but for what is tagged."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from taxonomy import access, queries
from taxonomy.labels import letter_of
from taxonomy.models import Concept

HOME = ("Home", "/")


@require_safe
def a_z(request: HttpRequest) -> HttpResponse:
    context = {"letters": queries.letters(), "index": queries.a_z(), "crumbs": [HOME, ("A to Z", "")]}
    return render(request, "taxonomy/a_z.html", context)


@require_safe
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    if letter != letter.lower():
        return redirect("taxonomy:letter", letter=letter.lower(), permanent=True)
    context = {
        "letter": letter.upper(),
        "letters": queries.letters(letter),
        "entries": queries.names_under(letter),
        "crumbs": [HOME, ("A to Z", reverse("taxonomy:a_z")), (letter.upper(), "")],
    }
    return render(request, "taxonomy/letter.html", context)


@require_safe
def concept(request: HttpRequest, slug: str) -> HttpResponse:
    term = access.get_concept_to_read(request.user, slug)
    is_deprecated = term.status == Concept.Status.DEPRECATED
    first = letter_of(term.label)
    context = {
        "concept": term,
        "is_deprecated": is_deprecated,
        "successors": queries.successors([term]) if is_deprecated else [],
        "other_names": queries.other_names(term),
        "neighbours": queries.term_neighbours(term),
        "letters": queries.letters(first),
        "crumbs": [
            HOME,
            ("A to Z", reverse("taxonomy:a_z")),
            (first.upper(), reverse("taxonomy:letter", kwargs={"letter": first})),
            (term.label, ""),
        ],
    }
    return render(request, "taxonomy/concept.html", context)
