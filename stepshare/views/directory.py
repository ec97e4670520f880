"""Reading: councils, systems and projects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.audience import reads_members_content
from hub.core.filters import Filters, links_without
from hub.members.directory import people
from stepshare import access, queries
from stepshare.export import systems_csv
from stepshare.facts import council_facts, councils_in_words, fate, installation_fact, origins, source_note
from stepshare.forms import CouncilFilters, ProjectFilters, SystemFilters
from stepshare.models import Product

PAGE_LENGTH = 25
FACTS_ON_A_PAGE = 50
SHOWN_WAITING = 10
MOST_PEOPLE = 12  # on a council's or a system's page; the directory has them all

Crumb = tuple[str, str]


def crumbs(*rest: Crumb) -> list[Crumb]:
    return [("Home", "/"), ("STEP Share", reverse("stepshare:index") if rest else ""), *rest]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "totals": queries.totals(request.user, today),
        "projects": queries.projects_seeking(request.user)[:5],
        "facts_to_confirm": queries.to_confirm(request.user, today),
        "entries_awaiting": queries.awaiting(request.user).count(),
        "crumbs": crumbs(),
    }
    return render(request, "stepshare/index.html", context)


# --- Councils ----------------------------------------------------------------------------------------------------------------


@require_safe
def council_list(request: HttpRequest) -> HttpResponse:
    filters = CouncilFilters(request.GET)
    today = timezone.localdate()
    councils = queries.councils_for_list(request.user, filters.chosen, today)
    context = {**_list(request, councils, filters), "today": today, "crumbs": crumbs(("Councils", ""))}
    return render(request, "stepshare/council_list.html", context)


@require_safe
def council(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    council = access.get_council_to_read(request.user, slug)
    context = {
        "council": council,
        "facts": council_facts(council),
        "origins": origins(council),
        "fate": fate(council, today),
        "installations": [installation_fact(row, council, now) for row in queries.systems_of(request.user, council)],
        "projects": queries.projects_of(request.user, council),
        "may_record": access.can_record(request.user, council, today),
        "awaiting": queries.awaiting(request.user).filter(council=council)[:SHOWN_WAITING],
        "sent": queries.sent(request.user).waiting().filter(council=council)[:SHOWN_WAITING],
        "sees_members": reads_members_content(request.user),
        "people": people(queries.people_at(request.user, council, now)[: MOST_PEOPLE + 1], request.user),
        "most_people": MOST_PEOPLE,
        "crumbs": crumbs(("Councils", reverse("stepshare:council_list")), (council.name, "")),
    }
    return render(request, "stepshare/council.html", context)


@require_safe
def completions(request: HttpRequest, kind: str) -> HttpResponse:
    """For the pickers: what the viewer may see of a kind, where a word of its name begins as `?q=`."""
    if kind not in queries.COMPLETIONS:
        raise Http404
    found = queries.COMPLETIONS[kind](request.user, " ".join(request.GET.get("q", "")[:100].split()))
    answer = JsonResponse({"names": [completion._asdict() for completion in found]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


# --- Systems -----------------------------------------------------------------------------------------------------------------


@require_safe
def system_list(request: HttpRequest) -> HttpResponse:
    filters = SystemFilters(request.user, request.GET)
    context = _list(request, queries.systems_for_list(request.user, filters.chosen), filters)
    _add_council_lines(context["page"], for_member=reads_members_content(request.user))
    context |= {"supplier": filters.chosen.get("supplier"), "crumbs": crumbs(("Systems", ""))}
    return render(request, "stepshare/system_list.html", context)


@require_safe
def system_export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, all pages of it."""
    filters = SystemFilters(request.user, request.GET)
    products = queries.systems_for_export(request.user, filters.chosen)
    content = systems_csv(products, for_member=reads_members_content(request.user))
    return HttpResponse(
        content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="systems.csv"'}
    )


def _add_council_lines(products: Iterable[Product], *, for_member: bool) -> None:
    for product in products:
        product.council_line = councils_in_words(product.council_count, for_member=for_member)


@require_safe
def system(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    product = access.get_product_to_read(request.user, slug)
    users = Paginator(queries.users_of(request.user, product), FACTS_ON_A_PAGE).get_page(request.GET.get("page"))
    sees_members = reads_members_content(request.user)
    context = {
        "product": product,
        "concepts": product.concepts.all(),
        "page": users,
        "installations": [installation_fact(row, None, now) for row in users],
        "council_line": councils_in_words(queries.council_count(request.user, product), for_member=sees_members),
        "projects": queries.projects_with(request.user, product),
        "sees_members": sees_members,
        "people": people(queries.people_to_ask(request.user, product, now)[: MOST_PEOPLE + 1], request.user),
        "may_suggest": access.can_suggest(request.user, product),
        "has_offered": queries.has_offered(request.user, product),
        "follows": queries.follows(request.user, product),
        "most_people": MOST_PEOPLE,
        "crumbs": crumbs(("Systems", reverse("stepshare:system_list")), (product.name, "")),
    }
    return render(request, "stepshare/system.html", context)


# --- Projects ----------------------------------------------------------------------------------------------------------------


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    filters = ProjectFilters(request.user, request.GET)
    projects = queries.projects_for_list(request.user, filters.chosen)
    context = {**_list(request, projects, filters), "crumbs": crumbs(("Projects", ""))}
    return render(request, "stepshare/project_list.html", context)


@require_safe
def project_by_id(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect(access.get_project_to_read(request.user, public_id))


@require_safe
def project(request: HttpRequest, public_id: str, slug: str) -> HttpResponse:
    project = access.get_project_to_read(request.user, public_id)
    if slug != project.slug:
        return redirect(project)
    context = {
        "project": project,
        "concepts": project.concepts.all(),
        "partners": project.partners.all(),
        "products": project.products.all(),
        "source_note": source_note(project.source, has_lead=project.has_lead),
        "may_record": access.can_record(request.user, project.council, timezone.localdate()),
        "crumbs": crumbs(("Projects", reverse("stepshare:project_list")), (project.title, "")),
    }
    return render(request, "stepshare/project.html", context)


# --- Lists -------------------------------------------------------------------------------------------------------------------


def _list(request: HttpRequest, rows: QuerySet[Any], filters: Filters) -> dict[str, Any]:
    page: Page[Any] = Paginator(rows, PAGE_LENGTH).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode(), "filters": filters, "chosen": links_without(request, filters)}
