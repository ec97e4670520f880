"""`{% decided_within %}`: how soon an editor decides on a proposal, as this hub promises it."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def decided_within() -> str:
    days = settings.TERM_PROPOSAL_WORKING_DAYS
    return "a working day" if days == 1 else f"{days} working days"
