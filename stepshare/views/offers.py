"""The buttons on a system's page: happy to be asked about it, following it, and neither any longer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hub.core.http import MemberRequest
from stepshare import access, actions

View = Callable[..., HttpResponse]


def button(view: View) -> View:
    """POST only. A visitor signs in and comes back to the system: a press cannot be sent again."""

    @wraps(view)
    def check(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("stepshare:system", kwargs={"slug": slug}))
        return view(request, slug, **kwargs)

    return require_POST(check)


@button
def offer(request: MemberRequest, slug: str) -> HttpResponse:
    product = access.get_product_to_offer(request.user, slug)
    actions.offer_to_be_asked(product=product, by=request.user, now=timezone.now())
    messages.success(request, f"Thank you. Members now see that they may ask you about {product}.")
    return redirect(product)


@button
def take_back(request: MemberRequest, slug: str) -> HttpResponse:
    product = access.get_product_to_offer(request.user, slug)
    actions.take_offer_back(product=product, by=request.user, now=timezone.now())
    messages.success(request, f"You are no longer in the list of people to ask about {product}.")
    return redirect(product)


@button
def follow(request: MemberRequest, slug: str) -> HttpResponse:
    product = access.get_product_to_read(request.user, slug)
    actions.follow_system(product=product, by=request.user, now=timezone.now())
    messages.success(
        request, f"You follow {product}. Questions about it, and councils that put it on record, stand under What is new."
    )
    return redirect(product)


@button
def unfollow(request: MemberRequest, slug: str) -> HttpResponse:
    product = access.get_product_to_read(request.user, slug)
    actions.unfollow_system(product=product, by=request.user)
    messages.success(request, f"You no longer follow {product}.")
    return redirect(product)
