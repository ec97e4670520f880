"""`{% similar viewer=viewer title=… body=… %}` on the page where one asks: has it been asked before?"""

from __future__ import annotations

from django import template

from hub.core.audience import Viewer
from hub.search import similar as searching

register = template.Library()


@register.inclusion_tag("search/includes/similar.html")
def similar(viewer: Viewer, title: object, body: object) -> dict[str, object]:
    """As typed: None where nothing was."""
    return {"groups": searching.similar(viewer, title=str(title or ""), body=str(body or ""))}
