"""Registers who may edit: hooks only register."""

from __future__ import annotations

from wagtail.models import AbstractPage
from wagtail.permissions import register_permission_policy

from hub.media.models import Document, Image
from hub.members.policies import RoleCollectionPermissionPolicy, RolePagePermissionPolicy

register_permission_policy(AbstractPage, RolePagePermissionPolicy())
register_permission_policy(Image, RoleCollectionPermissionPolicy(Image, auth_model=Image, owner_field_name="uploaded_by_user"))
register_permission_policy(
    Document, RoleCollectionPermissionPolicy(Document, auth_model=Document, owner_field_name="uploaded_by_user")
)
