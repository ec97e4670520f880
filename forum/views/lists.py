"""The lists of questions."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from forum import queries
from forum.forms import FilterForm
from forum.views import doors
from hub.core.paging import page_of, query_without_page
from hub.notifications import queries as notifications


@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    return _list(request, "accepted" if request.GET.get("show") == "accepted" else "all")


@require_safe
def listed(request: HttpRequest, key: str) -> HttpResponse:
    if key not in queries.LISTS:
        raise Http404
    if request.path != queries.LISTS[key].url:
        return redirect(queries.LISTS[key].url)
    if queries.LISTS[key].personal and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    return _list(request, key)


def _list(request: HttpRequest, key: str) -> HttpResponse:
    params = request.GET.dict()
    params.pop("show", None)
    concepts = list(queries.concepts_to_choose_from(request.user, params.get("concept", "")))
    systems = list(queries.systems_to_choose_from(request.user, params.get("system", "")))
    filters = FilterForm(concepts, systems, params)
    narrowed = query_without_page(request, "show")
    context = {
        "list": queries.LISTS[key],
        "lists": [one for one in queries.LISTS.values() if request.user.is_authenticated or not one.personal],
        "page": page_of(queries.questions_listed(request.user, key, params), request, doors.PAGE_LENGTH),
        "query": query_without_page(request),
        "narrowed": narrowed,
        "chosen": [(words, query_without_page(request, "show", name)) for name, words in filters.chosen()],
        "filters": filters,
        "is_narrowed": any(params.get(name) for name in ("concept", "system", "kind")),
        "kept": queries.kept_from_others(request.user) if key == "mine" and not request.GET else [],
        "follows_all": notifications.follows(request.user, "new-questions"),
        "crumbs": [("Home", "/"), ("Question time", "")],
    }
    return render(request, "forum/question_list.html", context)
