"""allauth's forms in our words; apart from `forms`, which allauth imports while it loads its own."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.webauthn import forms as passkey_forms
from allauth.mfa.webauthn.internal import auth
from allauth.socialaccount import forms as social_forms
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from fido2.utils import websafe_decode

from hub.accounts.models import User

# NCSC: length and a deny-list, no rules on which characters.
A_GOOD_PASSWORD = "At least 10 characters. Three words that have nothing to do with each other are easy to keep in mind."  # noqa: S105 - advice
NUMERIC = {"inputmode": "numeric", "autocomplete": "one-time-code"}


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "remember" in self.fields:
            self.fields["remember"].label = "Stay signed in for two weeks"


class SignupForm(account_forms.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = A_GOOD_PASSWORD

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Hash the password of somebody who has an account too: otherwise the answer would come sooner, and tell."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Your password now"
        _word_new_password(self)


class SetPasswordForm(account_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_new_password(self)


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_new_password(self)


def _word_new_password(form: forms.Form) -> None:
    form.fields["password1"].label = "New password"
    form.fields["password1"].help_text = A_GOOD_PASSWORD
    form.fields["password2"].label = "New password again"


class ConfirmLoginCodeForm(account_forms.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code from the mail"


# --- Passkeys ---------------------------------------------------------------------------------------


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    """Always one that can sign in by itself, so the device has to check that it is its owner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        _name_passkey(self)
        self.fields["name"].required = False

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        return super().clean()


class NamePasskeyForm(passkey_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_passkey(self)


def _name_passkey(form: forms.Form) -> None:
    form.fields["name"] = forms.CharField(
        label="Name of this passkey",
        max_length=60,
        help_text="So that you know it from others, such as “Work laptop” or “My phone”.",
    )


class LoginPasskeyForm(passkey_forms.LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        """The handle names the account; only the signature shows that it is theirs. Never a limit by account here: strangers could lock people out."""
        credential = self.cleaned_data["credential"]
        auth.parse_authentication_response(credential)
        return auth.complete_authentication(_user_of(credential), credential)


def _user_of(credential: dict[str, Any]) -> User:
    try:
        handle = websafe_decode(credential["response"]["userHandle"]).decode()
    except (ValueError, TypeError, KeyError):
        handle = ""
    user = User.objects.filter(public_id=handle).first() if handle else None
    if user is None:
        raise get_adapter().validation_error("incorrect_code")
    return user


# --- Codes ------------------------------------------------------------------------------------------


class AddAppForm(app_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(label="Code that the app shows now", widget=forms.TextInput(attrs=NUMERIC))


class SecondStepForm(code_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


class ReauthenticateByCodeForm(code_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word_code(self)


def _word_code(form: forms.Form) -> None:
    form.fields["code"] = forms.CharField(
        label="Code", help_text="From your authenticator app, or one of your recovery codes.", widget=forms.TextInput(attrs=NUMERIC)
    )


# --- A council's own sign-in ------------------------------------------------------------------------


class DisconnectForm(social_forms.DisconnectForm):
    """Chosen by the provider's id for the person: no key of ours is on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = forms.ModelChoiceField(queryset=self.accounts, to_field_name="uid", widget=forms.HiddenInput)
