"""The parts of signing in where allauth's own views would write on GET, or show a key of the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from allauth.account.decorators import reauthentication_required
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic.edit import FormView

from hub.core.http import MemberRequest
from hub.members import actions, second_factor, ways_in

BAD_GATEWAY = 502
View = Callable[..., HttpResponse]


# --- The second step --------------------------------------------------------------------------------


@login_required
@never_cache
@require_safe
def second_step(request: MemberRequest) -> HttpResponse:
    """What can stand behind a password, and why somebody with an office needs one of it."""
    now = timezone.now()
    context = {
        "ways_in": ways_in.of(request.user, now),
        "is_needed": second_factor.is_needed(request.user, now),
    }
    return render(request, "mfa/index.html", context)


class _SaysWhetherItIsTheLast:
    """On the page before a factor goes: whether an office goes with it."""

    request: MemberRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_last = second_factor.number_of(self.request.user) == 1
        loses_office = is_last and second_factor.is_needed(self.request.user, timezone.now())
        return super().get_context_data(is_last=is_last, loses_office=loses_office, **kwargs)  # type: ignore[misc]  # the view it is mixed into


class RemoveApp(_SaysWhetherItIsTheLast, totp_views.DeactivateTOTPView):
    pass


# --- Passkeys ---------------------------------------------------------------------------------------


class AddPasskey(webauthn_views.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = FormView.get_context_data(self, **kwargs)
        context["js_data"] = auth.begin_registration(self.request.user, passwordless=True)
        return context


@login_required
@never_cache
@require_safe
def passkeys(request: MemberRequest) -> HttpResponse:
    return render(request, "mfa/webauthn/authenticator_list.html", {"passkeys": ways_in.passkeys_of(request.user)})


class _ByItsOwnKey:
    request: MemberRequest
    kwargs: dict[str, Any]

    def get_object(self, queryset: Any = None) -> Authenticator:
        row = ways_in.passkey_row(self.request.user, self.kwargs["key"])
        if row is None:
            raise Http404
        return row


class NamePasskey(_ByItsOwnKey, webauthn_views.EditWebAuthnView):
    pass


class RemovePasskey(_SaysWhetherItIsTheLast, _ByItsOwnKey, webauthn_views.RemoveWebAuthnView):
    pass


class LoginByPasskey(webauthn_views.LoginWebAuthnView):
    """allauth's own; said here so that the address map shows all three ways in."""


# --- Recovery codes ---------------------------------------------------------------------------------


def _shows_codes(view: View) -> View:
    """After showing once more that it is them; a 404 where there is nothing that codes could stand in for."""

    @wraps(view)
    def check(request: MemberRequest) -> HttpResponse:
        codes = ways_in.recovery_codes_of(request.user)
        if codes is None:
            raise Http404
        return view(request, codes)

    return login_required(never_cache(require_safe(reauthentication_required(app="allauth.mfa")(check))))


@_shows_codes
def recovery_codes(request: MemberRequest, codes: list[str]) -> HttpResponse:
    return render(request, "mfa/recovery_codes/index.html", {"codes": codes, "total": app_settings.RECOVERY_CODE_COUNT})


@_shows_codes
def download_recovery_codes(request: MemberRequest, codes: list[str]) -> HttpResponse:
    response = render(request, "mfa/recovery_codes/download.txt", {"codes": codes}, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


# --- Where somebody is signed in --------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: MemberRequest) -> HttpResponse:
    """The form signs out one session by its key, or all but this one."""
    if request.method == "POST":
        if key := request.POST.get("session"):
            actions.end_session(user=request.user, key=key, by=request.user, now=timezone.now())
            messages.success(request, "That device is signed out.")
        else:
            actions.end_other_sessions(user=request.user, keep=request.session.session_key, by=request.user, now=timezone.now())
            messages.success(request, "You are signed out everywhere else.")
        return redirect("usersessions_list")
    rows = ways_in.sessions_of(request.user, timezone.now(), request.session.session_key)
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})


# --- A council's own sign-in ------------------------------------------------------------------------


def where_there_is_one(view: View) -> View:
    """The addresses stand whether or not the hub knows a provider: without one there is nothing at them, and a silent one is said to be so."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ways_in.has_council_sign_in():
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except requests.RequestException:
            return render(request, "socialaccount/authentication_error.html", status=BAD_GATEWAY)

    return check
