"""The keys in password-reset mail."""

from __future__ import annotations

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from django.contrib.auth.base_user import AbstractBaseUser

from hub.members import queries


class ResetTokenGenerator(EmailAwarePasswordResetTokenGenerator):
    """A key made before a suspension is dead from then on, and stays so when the suspension is lifted."""

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}{queries.last_suspension_of(user)}"
