"""Where somebody looks after what they tell of themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.http import MemberRequest
from hub.members import actions, directory, queries
from hub.members.profile_forms import PhotoForm, ProfileForm

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@login_required
def profile(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    membership = queries.membership_of(request.user, now)
    form = ProfileForm(request.user, membership, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.save_profile(user=request.user, **form.answers(), by=request.user, now=now)
        messages.success(request, "Your profile is saved. This is how it looks.")
        return redirect("members:person", public_id=request.user.public_id)
    context = {"form": form, "membership": membership, "crumbs": _crumbs(("Your profile", ""))}
    return render(request, "members/profile_form.html", context)


@form_page
@login_required
def photo(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    form = PhotoForm(request.POST, request.FILES) if request.method == "POST" else PhotoForm()
    if form.is_valid():
        actions.set_photo(user=request.user, photo=form.cleaned_data["photo"], by=request.user, now=now)
        messages.success(request, "Your photo is changed.")
        return redirect("members:photo_form")
    context = {"form": form, "person": directory.profile_of(request.user, now), "crumbs": _crumbs(("Your photo", ""))}
    return render(request, "members/photo_form.html", context)


@form_page
@login_required
def photo_remove(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    person = directory.profile_of(request.user, now)
    if not person.photo_url:
        return redirect("members:photo_form")
    if request.method == "POST":
        actions.remove_photo(user=request.user, by=request.user, now=now)
        messages.success(request, "Your photo is removed.")
        return redirect("members:photo_form")
    crumbs = _crumbs(("Your photo", reverse("members:photo_form")), ("Remove it", ""))
    return render(request, "members/photo_remove.html", {"person": person, "crumbs": crumbs})


def _crumbs(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Home", "/"), ("Your account", reverse("members:account")), *rest]
