"""Puts the A-Z into Wagtail's menu: hooks only register."""

from __future__ import annotations

from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from taxonomy.models import Concept, ConceptScheme
from taxonomy.policies import ConceptPermissionPolicy, SchemePermissionPolicy
from taxonomy.viewsets import AToZViewSetGroup

register_permission_policy(Concept, ConceptPermissionPolicy(Concept))
register_permission_policy(ConceptScheme, SchemePermissionPolicy(ConceptScheme))
register_snippet(AToZViewSetGroup)
