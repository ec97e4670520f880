"""What allauth asks of us: our words, our names for things, and whom we believe about an address."""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hub.accounts.models import User
from hub.members import actions, queries

logger = logging.getLogger(__name__)

LOGIN_CODE = "account/email/login_code"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "cannot_remove_primary_email": "This is your main address. Make another the main one first.",
        "duplicate_email": "You have added this address already.",
        "email_password_mismatch": "That email address and password do not go together. Check both, or use another way to sign in.",
        "enter_current_password": "That is not your password now.",
        "incorrect_code": "That code does not match. Type it again, or ask for a new one.",
        "incorrect_password": "That is not your password.",
        "invalid_or_expired_key": "This link no longer works. Ask for a new one.",
        "invalid_login": "That did not work. Check your email address.",
        "invalid_password_reset": "This link no longer works. Ask for a new one.",
        "max_email_addresses": "You cannot add more than %d addresses. Remove one first.",
        "too_many_login_attempts": "That was tried too often. Wait five minutes, then try again.",
        "rate_limited": "That was tried too often. Wait five minutes, then try again.",
        "unverified_primary_email": "Confirm that address first, then make it the main one.",
    }
    _WAYS_TO_SHOW_IT_IS_YOU = {
        "reauthenticate": "Use your password",
        "mfa_reauthenticate": "Use a code",
        "mfa_reauthenticate:webauthn": "Use a passkey",
    }

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """A code that has expired is not worth sending: the ledger drops its mail."""
        if template_prefix == LOGIN_CODE:
            headers = {**(headers or {}), "X-Hub-Expires-In": str(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)}
        return super().render_mail(template_prefix, email, context, headers)

    def clean_email(self, email: str) -> str:
        """Asked when somebody joins or adds an address: before allauth looks for whom it belongs to."""
        email = super().clean_email(email)
        actions.free_address(email=email)
        return email

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The link of somebody who has been suspended, or has closed the account, does nothing."""
        if not email_address.user.is_active:
            return False
        return super().confirm_email(request, email_address)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever belongs nowhere yet is asked where they work."""
        if isinstance(request.user, User) and not queries.belongs_somewhere(request.user, timezone.now()):
            return reverse("members:council")
        return super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("members:account")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [
            {**way, "description": self._WAYS_TO_SHOW_IT_IS_YOU[way["id"]]} for way in super().get_reauthentication_methods(user)
        ]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are ciphertext in the database: a stolen backup makes no codes. Their key comes from SECRET_KEY and its fallbacks."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": "Recovery codes stand in for a passkey or an app. Set one of these up first.",
        "incorrect_code": "That did not match. Try again.",
        "unverified_email": "One of your addresses waits to be confirmed. Confirm or remove it, then come back.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """A secret from before SECRET_KEY was changed fits no code any more: something random stands in, never something empty."""
        try:
            return _cipher().decrypt(encrypted_text).decode()
        except InvalidToken:
            logger.warning("A second factor was stored under another SECRET_KEY. See manage.py forget_second_factor.")
            return generate_totp_secret()

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {number + 1}" if number else "Passkey"

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Devices keep this handle: it is the public id, since no key of ours leaves the database."""
        return {**super().get_public_key_credential_user_entity(user), "id": user.public_id.encode()}


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(_key(secret)) for secret in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))])


def _key(secret: str) -> bytes:
    return urlsafe_b64encode(salted_hmac("hub.members.second_factor", "", secret=secret, algorithm="sha256").digest())


class CouncilSignInAdapter(DefaultSocialAccountAdapter):
    """An address counts as checked by the provider only if it says so itself and answers for that domain.

    Entra ID lets an administrator of any tenant write any address into a profile and sends it without saying that
    anybody has checked it. Whoever believed it would hand the account of anybody's address to anybody's tenant. And one
    council's provider does not speak for the people of another. Where we do not believe it, a new person confirms
    their address by our own mail, and a known one connects the two from their account page.
    """

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        return _vouches(login, email)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        for address in sociallogin.email_addresses:
            address.verified = _vouches(sociallogin, address.email)


def _vouches(login: SocialLogin, email: str) -> bool:
    data = login.account.extra_data or {}
    said = data.get("userinfo") or data.get("id_token") or data
    # Some providers write booleans as words, and "false" would be true.
    is_checked = said.get("email_verified") in (True, "true", "True")
    is_same = str(said.get("email", "")).lower() == email.lower()
    return is_checked and is_same and email.rpartition("@")[2].lower() in settings.OIDC_DOMAINS
