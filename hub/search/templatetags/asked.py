"""`{% questions_about product viewer "system" %}` on the page of a system or a project."""

from __future__ import annotations

from django import template

from hub.core.audience import Viewer
from hub.search.asked import asked_about
from stepshare.models import Product, Project

register = template.Library()


@register.inclusion_tag("search/includes/questions_about.html")
def questions_about(thing: Product | Project, viewer: Viewer, noun: str) -> dict[str, object]:
    return {"asked": asked_about(viewer, thing), "noun": noun}
