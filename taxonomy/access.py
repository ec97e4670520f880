"""Who may read a term at its address."""

from __future__ import annotations

from django.http import Http404

from hub.core.audience import Viewer
from taxonomy.models import Concept


def get_concept_to_read(viewer: Viewer, slug: str) -> Concept:
    """Published and deprecated terms are everybody's; a candidate answers like a missing one, to editors too."""
    concept = Concept.objects.with_an_address().with_labels().filter(slug=slug).first()
    if concept is None:
        raise Http404
    return concept
