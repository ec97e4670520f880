"""`{% a_z_lines entries %}`: the lines of the A-Z, of which one page may have ten thousand."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from taxonomy.queries import Entry

register = template.Library()


@register.simple_tag
def a_z_lines(entries: Iterable[Entry]) -> SafeString:
    """Joined here, because a template takes several times as long for each line. Addresses are made of slugs: nothing in them
    is to be escaped; every text is."""
    return mark_safe(
        "".join(
            f'<li>{escape(text)}, see <a href="{url}">{escape(see)}</a></li>'
            if see
            else f'<li><a href="{url}">{escape(text)}</a></li>'
            for text, see, url in entries
        )
    )
