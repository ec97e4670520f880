"""A page's files follow it in the same moment."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page, ReferenceIndex


def cite_at_once(sender: type[Page], *, instance: Page, **_: Any) -> None:
    """Wagtail's task does this when the worker comes to it; until then a picture taken out would still be served."""
    ReferenceIndex.create_or_update_for_object(instance)
