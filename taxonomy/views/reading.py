"""The A-Z and its terms: public pages, the same for everybody but for what is tagged and what may be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core import tallies
from hub.core.audience import reads_members_content
from hub.core.paging import page_of, query_without_page
from taxonomy import access, finding, queries, term_page, tree
from taxonomy.labels import letter_of
from taxonomy.models import Concept, ConceptScheme, Feedback

Crumb = tuple[str, str]
HOME = ("Home", "/")
CHANGES_PER_PAGE = 30


def crumbs(*rest: Crumb) -> list[Crumb]:
    return [HOME, ("A to Z", reverse("taxonomy:a_z") if rest else ""), *rest]


def chosen_scheme(request: HttpRequest, schemes: list[ConceptScheme]) -> ConceptScheme | None:
    """What `?scheme=` asks for, where there are several."""
    return next((scheme for scheme in schemes if scheme.slug == request.GET.get("scheme")), None)


@require_safe
def a_z(request: HttpRequest) -> HttpResponse:
    schemes = queries.schemes_in_use()
    scheme = chosen_scheme(request, schemes)
    context = {
        "letters": queries.letters(scheme=scheme),
        "index": queries.a_z(scheme),
        "schemes": schemes,
        "scheme": scheme,
        "place": Feedback.Place.A_Z,
        "crumbs": crumbs(),
    }
    return render(request, "taxonomy/a_z.html", context)


@require_safe
def letter(request: HttpRequest, letter: str) -> HttpResponse:
    if letter != letter.lower():
        return redirect("taxonomy:letter", letter=letter.lower(), permanent=True)
    schemes = queries.schemes_in_use()
    scheme = chosen_scheme(request, schemes)
    context = {
        "letter": letter.upper(),
        "letters": queries.letters(letter, scheme),
        "entries": queries.names_under(letter, scheme),
        "schemes": schemes,
        "scheme": scheme,
        "place": Feedback.Place.LETTER,
        "crumbs": crumbs((letter.upper(), "")),
    }
    return render(request, "taxonomy/letter.html", context)


@require_safe
def whole_tree(request: HttpRequest) -> HttpResponse:
    schemes = queries.schemes_in_use()
    scheme = chosen_scheme(request, schemes)
    context = {
        "tree": tree.whole_tree(scheme),
        "schemes": schemes,
        "scheme": scheme,
        "place": Feedback.Place.TREE,
        "crumbs": crumbs(("Tree", "")),
    }
    return render(request, "taxonomy/tree.html", context)


@require_safe
def branch(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands below one term, for a scheme that is too big for one page."""
    term = access.get_concept_to_read(request.user, slug)
    if term.slug != slug or term.status == Concept.Status.DEPRECATED:
        return redirect(term, permanent=term.slug != slug)
    context = {
        "concept": term,
        "tree": tree.branch(term),
        "broader": queries.term_neighbours(term).broader,
        "place": Feedback.Place.TREE,
        "crumbs": crumbs(("Tree", reverse("taxonomy:tree")), (term.label, "")),
    }
    return render(request, "taxonomy/branch.html", context)


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every term with its meaning on one page, to print or to search within."""
    schemes = queries.schemes_in_use()
    scheme = chosen_scheme(request, schemes)
    context = {
        "groups": term_page.everything(scheme),
        "root": reverse("taxonomy:a_z"),
        "schemes": schemes,
        "scheme": scheme,
        "crumbs": crumbs(("All on one page", "")),
    }
    return render(request, "taxonomy/everything.html", context)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed, newest first: of all terms, of one (`?term=`), or of those the viewer follows (`?followed`)."""
    term = queries.where_slug_leads(request.GET.get("term", ""))
    followed = "followed" in request.GET and request.user.is_authenticated
    found = term_page.changes_followed(request.user) if followed else term_page.changes(request.user, term)
    page = page_of(found, request, CHANGES_PER_PAGE)
    page.object_list = term_page.name_terms(page.object_list)
    context = {
        "page": page,
        "query": query_without_page(request),
        "concept": term if not followed else None,
        "followed": followed,
        "following": finding.terms_followed(request.user) if followed else [],
        "sees_names": reads_members_content(request.user),
        "may_change": access.can_change(request.user),
        "crumbs": crumbs(("What has changed", "")),
    }
    return render(request, "taxonomy/changes.html", context)


@require_safe
def concept(request: HttpRequest, slug: str) -> HttpResponse:
    term = access.get_concept_to_read(request.user, slug)
    if term.slug != slug:
        return redirect(term, permanent=True)
    tallies.note("opened", term.public_id)
    is_deprecated = term.status == Concept.Status.DEPRECATED
    first = letter_of(term.label)
    history = list(term_page.changes(request.user, term)[: term_page.SHOWN_CHANGES + 1])
    context = {
        "concept": term,
        "is_deprecated": is_deprecated,
        "successors": queries.successors([term]) if is_deprecated else [],
        "other_names": queries.other_names(term),
        "telling": term_page.telling(term),
        "history": history[: term_page.SHOWN_CHANGES],
        "has_more_history": len(history) > term_page.SHOWN_CHANGES,
        "open_proposals": queries.open_proposals_about(term, request.user),
        "linked_data": term_page.linked_data_url(term),
        "follows": finding.follows(request.user, term),
        "sees_names": reads_members_content(request.user),
        "may_change": access.can_change(request.user),
        "now": timezone.now(),
        "place": Feedback.Place.TERM,
        "letters": queries.letters(first),
        "crumbs": crumbs(
            (first.upper(), reverse("taxonomy:letter", kwargs={"letter": first})),
            (term.label, ""),
        ),
    }
    return render(request, "taxonomy/concept.html", context)
