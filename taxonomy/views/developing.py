"""Members propose changes to the terms, back and discuss them; editors decide, and can undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.core.audience import reads_members_content
from hub.core.filters import links_without
from hub.core.http import MemberRequest
from hub.core.paging import page_of, query_without_page
from taxonomy import access, actions, discussion, proposed, queries
from taxonomy.actions import Refused
from taxonomy.handing_out import named_things, things_by_token, things_touched
from taxonomy.models import Concept, Proposal
from taxonomy.proposal_forms import FORMS, CommentForm, NewForm, ProposalFilters, ReasonForm, SplitForm, UndoForm, WishForm
from taxonomy.views.reading import Crumb, crumbs

Kind = Proposal.Kind
View = Callable[..., HttpResponse]
# In the order in which people need them.
CHANGES_TO_A_TERM = (Kind.DEFINE, Kind.RENAME, Kind.MERGE, Kind.SPLIT, Kind.MOVE, Kind.RETIRE, Kind.MAP)
# What an editor's yes may retag.
RETAGS = {Kind.NEW, Kind.MERGE, Kind.SPLIT, Kind.MOVE, Kind.RETIRE}


def form_page(view: View) -> View:
    return require_http_methods(["GET", "HEAD", "POST"])(login_required(view))


def button(view: View) -> View:
    """POST only. A visitor signs in and comes back to the proposal, since a press cannot be sent again."""

    @wraps(view)
    def check(request: HttpRequest, public_id: str, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("taxonomy:proposal", kwargs={"public_id": public_id}))
        return view(request, public_id, **kwargs)

    return require_POST(check)


# --- Reading proposals --------------------------------------------------------------------------


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Open ones, or those decided (`?show=decided`), or the viewer's own (`?show=mine`). Visitors read what this is about."""
    filters, now = ProposalFilters(request.GET), timezone.now()
    page = page_of(discussion.proposals(request.user, filters.chosen), request)
    page.object_list = [_row(found, now) for found in page.object_list]
    context = {
        "page": page,
        "query": query_without_page(request),
        "filters": filters,
        "chosen": links_without(request, filters),
        "show": filters.chosen.get("show", ""),
        "may_propose": access.can_propose(request.user),
        "crumbs": crumbs(("Proposals", "")),
    }
    return render(request, "taxonomy/proposal_list.html", context)


def _row(found: Proposal, now: dt.datetime) -> dict[str, object]:
    return {
        "proposal": found,
        "title": proposed.title(found),
        "days_left": proposed.days_left(found, now),
        "is_late": found.is_late(now),
    }


@require_safe
@login_required
def proposal(request: MemberRequest, public_id: str) -> HttpResponse:
    found = access.get_proposal_to_read(request.user, public_id)
    return _proposal_page(request, found, CommentForm())


def _proposal_page(request: MemberRequest, found: Proposal, form: CommentForm) -> HttpResponse:
    now, viewer = timezone.now(), request.user
    sees_names = reads_members_content(viewer)
    context = {
        "proposal": found,
        "title": proposed.title(found),
        "terms": [concept for concept in found.concepts.all() if concept.status != Concept.Status.CANDIDATE],
        "lines": proposed.lines(found),
        "days_left": proposed.days_left(found, now),
        "is_late": found.is_late(now),
        "comments": discussion.comments_on(found),
        "supporters": discussion.supporters(found),
        "backs": discussion.backs(viewer, found),
        "may_support": access.can_support(viewer, found),
        "may_comment": access.can_comment(viewer, found),
        "may_withdraw": access.can_withdraw(viewer, found),
        "may_decide": access.can_decide(viewer, found),
        "may_change": access.can_change(viewer),
        "is_own": access.is_proposer(viewer, found),
        "reads_source": access.reads_source(viewer, found),
        "sees_names": sees_names,
        "form": form,
        "crumbs": _crumbs((proposed.title(found), "")),
    }
    return render(request, "taxonomy/proposal.html", context)


# --- Proposing ----------------------------------------------------------------------------------


@form_page
def propose(request: MemberRequest) -> HttpResponse:
    """A new term: from the A-Z, from a page (`?from=`), or from a search that brought nothing up (`?label=`)."""
    initial = {"label": request.GET.get("label", "")[:120], "source": request.GET.get("from", "")[:500]}
    form = NewForm(_posted(request), initial=initial)
    return _propose(request, form, None, crumbs(("Suggest a term", "")))


@form_page
def suggest_change(request: MemberRequest, slug: str) -> HttpResponse:
    """One form, filled with what the term says now; `?kind=` says what is not right about it."""
    term = access.get_concept_to_read(request.user, slug)
    if term.slug != slug or term.status == Concept.Status.DEPRECATED:
        return redirect(term)
    kind = next((kind for kind in CHANGES_TO_A_TERM if kind.value == request.GET.get("kind")), Kind.DEFINE)
    initial = {
        "definition": term.definition,
        "label": term.label if kind == Kind.RENAME else "",
        "broader": queries.term_neighbours(term).broader if kind == Kind.MOVE else [],
        "source": request.GET.get("from", "")[:500],
    }
    form = FORMS[kind](_posted(request), concept=term, initial=initial)
    return _propose(request, form, term, crumbs((term.label, term.get_absolute_url()), ("Suggest a change", "")))


def _propose(request: MemberRequest, form: WishForm, term: Concept | None, way: list[Crumb]) -> HttpResponse:
    if not access.can_propose(request.user):
        return render(request, "taxonomy/may_not_propose.html", {"crumbs": way}, status=403)
    duplicates: list[queries.Duplicate] = []
    if request.method == "POST" and form.is_valid():
        duplicates = _duplicates(request, form, term)
        if not duplicates and (made := _send(request, form, term)) is not None:
            messages.success(request, "Thank you. Your suggestion is open for others to back, and an editor decides on it.")
            return redirect(made)
    context = {
        "form": form,
        "concept": term,
        "duplicates": duplicates,
        "named": form.cleaned_data.get(form.named, "") if duplicates else "",
        "kinds": [(kind, f"?kind={kind.value}", kind == form.kind) for kind in CHANGES_TO_A_TERM] if term else [],
        "crumbs": way,
    }
    return render(request, "taxonomy/propose.html", context)


def _duplicates(request: MemberRequest, form: WishForm, term: Concept | None) -> list[queries.Duplicate]:
    """What to show first, unless the proposer has said of this very word that it is none of them."""
    name = form.cleaned_data.get(form.named, "") if form.named else ""
    if not name or request.POST.get("none_of_these") == name:
        return []
    return [found for found in queries.likely_duplicates(name, request.user) if found.concept != term]


def _send(request: MemberRequest, form: WishForm, term: Concept | None) -> Proposal | None:
    try:
        return actions.propose(
            kind=form.kind,
            wish=form.wish,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
            concepts=[term] if term else [],
            source=form.cleaned_data["source"],
        )
    except Refused as refusal:
        form.add_error(form.named or None, str(refusal))
        return None


@require_POST
@login_required
def propose_word(request: MemberRequest) -> HttpResponse:
    """From the picker: a word somebody wants to tag with, after they have said that it should be suggested."""
    if not access.can_propose(request.user):
        return JsonResponse({"said": "Your account cannot suggest terms yet. Leave the word out."}, status=403)
    word = " ".join(request.POST.get("word", "").split())[:120]
    if not word:
        return JsonResponse({"said": "Write a word first."}, status=400)
    try:
        concept = actions.propose_word(word=word, by=request.user, now=timezone.now(), source=request.POST.get("source", ""))
    except Refused as refusal:
        return JsonResponse({"said": str(refusal)}, status=409)
    return JsonResponse({"label": concept.label, "value": queries.candidate_value(concept)})


# --- Backing, discussing, taking back -----------------------------------------------------------


@button
def support(request: MemberRequest, public_id: str) -> HttpResponse:
    found = access.get_proposal_to_support(request.user, public_id)
    return _done(
        request, found, "You back this suggestion.", lambda: actions.support(proposal=found, by=request.user, now=timezone.now())
    )


@button
def unsupport(request: MemberRequest, public_id: str) -> HttpResponse:
    found = access.get_proposal_to_support(request.user, public_id)
    said = "You no longer back this suggestion."
    return _done(request, found, said, lambda: actions.unsupport(proposal=found, by=request.user, now=timezone.now()))


@button
def comment(request: MemberRequest, public_id: str) -> HttpResponse:
    found = access.get_proposal_to_comment(request.user, public_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _proposal_page(request, found, form)
    body, now = form.cleaned_data["body"].replace("\r\n", "\n"), timezone.now()
    said = "Your comment is posted."
    return _done(request, found, said, lambda: actions.comment(proposal=found, body=body, by=request.user, now=now))


@form_page
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Asks first: there is no way back."""
    found = access.get_proposal_to_withdraw(request.user, public_id)
    if request.method != "POST":
        context = {"proposal": found, "title": proposed.title(found), "crumbs": _crumbs((proposed.title(found), ""))}
        return render(request, "taxonomy/withdraw.html", context)
    said = "You have taken your suggestion back."
    return _done(request, found, said, lambda: actions.withdraw(proposal=found, by=request.user, now=timezone.now()))


def _done(request: MemberRequest, found: Proposal, said: str, write: Callable[[], object]) -> HttpResponse:
    try:
        write()
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(found)


# --- Deciding -----------------------------------------------------------------------------------


@form_page
def decide(request: MemberRequest, public_id: str) -> HttpResponse:
    """Two forms: yes, with what is to be done and what it touches; and no, or a question, with words."""
    found = access.get_proposal_to_decide(request.user, public_id)
    answer = request.POST.get("answer", "")
    yes = _yes_form(request, found, bound=answer == "accept")
    no = ReasonForm(request.POST if answer in {"decline", "ask"} else None, prefix="no")
    if answer == "accept" and yes.is_valid() and _accept(request, found, yes):
        return redirect(found)
    if answer in {"decline", "ask"} and no.is_valid():
        return _decline_or_ask(request, found, answer, no.cleaned_data["reason"])
    context = {
        "proposal": found,
        "title": proposed.title(found),
        "lines": proposed.lines(found),
        "yes": yes,
        "no": no,
        "retags": found.kind in RETAGS,
        "touched": things_touched(found.concepts.all(), request.user) if found.kind in RETAGS else [],
        "crumbs": _crumbs((proposed.title(found), found.get_absolute_url()), ("Decide", "")),
    }
    return render(request, "taxonomy/decide.html", context)


def _yes_form(request: MemberRequest, found: Proposal, *, bound: bool) -> WishForm:
    wish, concept = actions.wish_of(found), found.concepts.first()
    kwargs: dict[str, Any] = {"concept": concept, "deciding": True, "initial": FORMS[Kind(found.kind)].initial_for(wish)}
    if found.kind == Kind.SPLIT and concept is not None:
        kwargs |= {"things": named_things(concept, request.user), "places": [part.label for part in wish.parts]}
    return FORMS[Kind(found.kind)](request.POST if bound else None, **kwargs)


def _accept(request: MemberRequest, found: Proposal, form: WishForm) -> bool:
    wish = form.wish
    if isinstance(form, SplitForm) and form.concept is not None:
        wish = things_by_token(form.concept, request.user, form.handed_out(), wish)
    try:
        actions.accept(proposal=found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now(), wish=wish)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "It is done, and the proposer has been told. You can undo it from the history.")
    return True


def _decline_or_ask(request: MemberRequest, found: Proposal, answer: str, reason: str) -> HttpResponse:
    now = timezone.now()
    if answer == "ask":
        said = "Your question is posted, and the proposer has been told."
        return _done(request, found, said, lambda: actions.ask_for_work(proposal=found, body=reason, by=request.user, now=now))
    said = "It is declined, and the proposer has been told why."
    return _done(request, found, said, lambda: actions.decline(proposal=found, reason=reason, by=request.user, now=now))


@form_page
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    """Asks first, and says what comes back."""
    change = access.get_change_to_undo(request.user, public_id)
    form = UndoForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo(change=change, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is undone: the terms, and what carries them, are as they were.")
            return redirect("taxonomy:changes")
    way = crumbs(("What has changed", reverse("taxonomy:changes")), ("Undo", ""))
    return render(request, "taxonomy/undo.html", {"change": change, "form": form, "crumbs": way})


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _crumbs(*rest: Crumb) -> list[Crumb]:
    return crumbs(("Proposals", reverse("taxonomy:proposal_list")), *rest)
