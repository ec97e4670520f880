"""What the desk adds to other rooms' pages: the way to it, and the links between a thread and the page made of it."""

from __future__ import annotations

from typing import Any

from django import template
from wagtail.models import Page

from forum.models import Question
from hub.desk import access, queries

register = template.Library()


@register.inclusion_tag("desk/link.html", takes_context=True)
def desk_link(context: dict[str, Any]) -> dict[str, object]:
    """Error pages may be drawn before anybody knows who asks."""
    viewer = context.get("viewer")
    if viewer is None or not queries.sits_at_the_desk(viewer):
        return {"is_there": False}
    return {"is_there": True, "number": queries.number_waiting(viewer)}


@register.inclusion_tag("desk/settled.html", takes_context=True)
def settled_by(context: dict[str, Any], question: Question) -> dict[str, object]:
    """Under a question: the page that settles it, and for those who write pages the way to make one."""
    viewer = context["viewer"]
    settled = queries.page_of_thread(viewer, question)
    return {
        "page": settled.page if settled else None,
        "question": question,
        "may_make": question.is_open and access.can_make_pages(viewer),
    }


@register.inclusion_tag("desk/made_of.html", takes_context=True)
def made_of(context: dict[str, Any], page: Page) -> dict[str, object]:
    """On a page: the thread it was made of, for whoever may read that."""
    viewer = context.get("viewer")
    return {"question": queries.thread_of_page(viewer, page) if viewer is not None and page.pk else None}
