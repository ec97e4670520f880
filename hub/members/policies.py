"""Wagtail asks groups who may edit pages, images and documents; we answer from the roles instead.

The policies hand Wagtail unsaved permission rows at the root of the tree, one for each right that `has_perm` confirms,
so that its groups stay empty and no second truth about roles exists.
"""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from hub.accounts.models import User

PAGE_ACTIONS = ("add", "change", "publish", "bulk_delete", "lock", "unlock", "view")
MEDIA_ACTIONS = ("add", "change", "choose", "delete", "view")


class RolePagePermissionPolicy(PagePermissionPolicy):
    def get_all_permissions_for_user(self, user: User | AnonymousUser) -> list[GroupPagePermission]:
        codenames = [f"{action}_page" for action in PAGE_ACTIONS if user.has_perm(f"wagtailcore.{action}_page")]
        if not codenames:
            return []
        root = Page.get_first_root_node()
        return [GroupPagePermission(page=root, permission=Permission(codename=codename)) for codename in codenames]


class RoleCollectionPermissionPolicy(CollectionOwnershipPermissionPolicy):
    def get_all_permissions_for_user(self, user: User | AnonymousUser) -> list[GroupCollectionPermission]:
        label = self.model._meta.model_name
        codenames = [f"{action}_{label}" for action in MEDIA_ACTIONS if user.has_perm(f"media.{action}_{label}")]
        if not codenames:
            return []
        root = Collection.get_first_root_node()
        # A key of its own each: Wagtail puts them into a set, and unsaved rows do not hash.
        return [
            GroupCollectionPermission(pk=-number, collection=root, permission=Permission(codename=codename))
            for number, codename in enumerate(codenames, start=1)
        ]
