"""Registers who may edit, and what administrators can do for a person: hooks only register."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import AbstractPage, Collection
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from hub.accounts.models import User
from hub.media.models import Document, Image
from hub.members.policies import RoleCollectionPermissionPolicy, RolePagePermissionPolicy

register_permission_policy(AbstractPage, RolePagePermissionPolicy())
# For exactly these classes: Wagtail registers its own for them too, before or after us as the order of apps has it.
for model in (Image, Document):
    policy = RoleCollectionPermissionPolicy(model, auth_model=model, owner_field_name="uploaded_by_user")
    register_permission_policy(model, policy, exact_class=True)
register_permission_policy(Collection, ModelPermissionPolicy(Collection), exact_class=True)


@hooks.register("register_user_listing_buttons")
def offices_and_suspension(user: User, request_user: User) -> Iterator[Button]:
    """From Wagtail's list of users, which only administrators open, to our own pages: also for people in no directory."""
    yield Button("Offices", reverse("members:roles", args=[user.public_id]), icon_name="group", priority=50)
    if user.is_active and user != request_user:
        yield Button("Suspend", reverse("members:suspend", args=[user.public_id]), icon_name="no-view", priority=60)
