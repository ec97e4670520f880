"""`{% posts_from_before user %}`: on somebody's account, that posts wait there for them; nothing where none does."""

from __future__ import annotations

from django import template

from forum import queries
from hub.core.audience import Viewer

register = template.Library()


@register.inclusion_tag("forum/claim_section.html")
def posts_from_before(viewer: Viewer) -> dict[str, object]:
    return {"number": len(queries.posts_to_claim(viewer))}
