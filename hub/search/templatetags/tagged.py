"""`{% everything_tagged concept viewer %}` on a term's page."""

from __future__ import annotations

from django import template

from hub.core.audience import Viewer
from hub.search.tagged import groups
from taxonomy.models import Concept

register = template.Library()


@register.inclusion_tag("search/includes/everything_tagged.html")
def everything_tagged(concept: Concept, viewer: Viewer) -> dict[str, object]:
    return {"concept": concept, "groups": groups(viewer, concept)}
