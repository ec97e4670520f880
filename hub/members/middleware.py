"""Leads people to what they have to do first, instead of only refusing them."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from hub.accounts.models import User
from hub.members import second_factor

FOUND = 302


class SecondFactorMiddleware:
    """Where an office without its second factor was refused, the set-up page says why. Asks the database only after a refusal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # The admin refuses by sending people to its door, or to its front page.
        if response.status_code == FOUND and request.path.startswith(reverse("wagtailadmin_home")) and _waits(request):
            return redirect("mfa_index")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return redirect("mfa_index") if isinstance(exception, PermissionDenied) and _waits(request) else None


def _waits(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and second_factor.is_missing(request.user, timezone.now())
