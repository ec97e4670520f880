"""Signs people in, and turns current, dated memberships and offices into Django permissions, afresh for every request."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from hub.accounts.models import User
from hub.members.roles import permissions_now


class SignInBackend(AuthenticationBackend):
    """Knows who somebody is and nothing of what they may do: no row of Django's own permission tables gives a right, nor costs
    each request two queries to find that there is none (ADR 0003)."""

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False


class RoleBackend(BaseBackend):
    def get_user(self, user_id: Any) -> None:
        """Nobody signs in through this backend."""

    def get_all_permissions(self, user_obj: AbstractBaseUser | AnonymousUser, obj: Any = None) -> set[str]:
        """Kept on the user object, which lives as long as its request: no session and no cache holds a right."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        if not hasattr(user_obj, "_role_permissions"):
            user_obj._role_permissions = permissions_now(user_obj)  # type: ignore[attr-defined]  # a request's memo
        return user_obj._role_permissions  # type: ignore[attr-defined]  # the same memo

    def has_perm(self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: Any = None) -> bool:
        return perm in self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: AbstractBaseUser | AnonymousUser, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))
