"""Registers who may edit: hooks only register."""

from __future__ import annotations

from wagtail.models import AbstractPage, Collection
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from hub.media.models import Document, Image
from hub.members.policies import RoleCollectionPermissionPolicy, RolePagePermissionPolicy

register_permission_policy(AbstractPage, RolePagePermissionPolicy())
# For exactly these classes: Wagtail registers its own for them too, before or after us as the order of apps has it.
for model in (Image, Document):
    policy = RoleCollectionPermissionPolicy(model, auth_model=model, owner_field_name="uploaded_by_user")
    register_permission_policy(model, policy, exact_class=True)
register_permission_policy(Collection, ModelPermissionPolicy(Collection), exact_class=True)
