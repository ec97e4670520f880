"""What Wagtail asks about single rows. Whether somebody edits the A-Z at all is the role backend's answer."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from wagtail.permission_policies import ModelPermissionPolicy

from hub.accounts.models import User
from taxonomy.models import Concept, ConceptScheme


class ConceptPermissionPolicy(ModelPermissionPolicy):
    def user_has_permission_for_instance(self, user: User | AnonymousUser, action: str, instance: Concept) -> bool:
        """A term that people may have tagged with or linked to is deprecated, never deleted."""
        if action == "delete" and instance.status != Concept.Status.CANDIDATE:
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))


class SchemePermissionPolicy(ModelPermissionPolicy):
    def user_has_permission_for_instance(self, user: User | AnonymousUser, action: str, instance: ConceptScheme) -> bool:
        """A scheme goes only when it is empty."""
        if action == "delete" and Concept.objects.filter(scheme=instance).exists():
            return False
        return bool(super().user_has_permission_for_instance(user, action, instance))
