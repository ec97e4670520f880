"""Who may read a term at its address, and who may do what with proposals to change terms."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from hub.accounts.models import User
from hub.core.audience import Viewer
from taxonomy import queries
from taxonomy.models import CHANGE, PROPOSE, Concept, ConceptChange, ConceptScheme, Proposal, SchemeImport, SchemeRelease
from taxonomy.skos import handing_out


def get_concept_to_read(viewer: Viewer, slug: str) -> Concept:
    """Published and deprecated terms are everybody's; a candidate answers like a missing one, to editors too.

    A former address gives the term it leads to, whose slug is then another.
    """
    concept = queries.where_slug_leads(slug)
    if concept is None:
        raise Http404
    return concept


# --- Linked data --------------------------------------------------------------------------------


def get_scheme_to_read(viewer: Viewer, slug: str) -> ConceptScheme:
    """One without a term that the viewer may read answers like a missing one."""
    return get_object_or_404(handing_out.schemes(viewer), slug=slug)


def get_thing_to_identify(viewer: Viewer, slug: str, public_id: str) -> handing_out.Thing:
    """A term, deprecated ones too, or a collection. Candidates are editors' alone."""
    found = handing_out.thing(viewer, get_scheme_to_read(viewer, slug), public_id)
    if found is None:
        raise Http404
    return found


def releases_to_read(viewer: Viewer) -> QuerySet[SchemeRelease]:
    """The newest first; without their text, which is long."""
    found = SchemeRelease.objects.visible_to(viewer).select_related("scheme").defer("turtle", "snapshot")
    return found.order_by(F("released_at").desc(nulls_first=True), "-comments_until", "number")


def get_release_to_read(viewer: Viewer, slug: str, number: str) -> SchemeRelease:
    return get_object_or_404(releases_to_read(viewer), scheme__slug=slug, number=number)


def get_released(viewer: Viewer, slug: str, number: str) -> SchemeRelease:
    """With its text and snapshot; one that is not out yet has none."""
    found = SchemeRelease.objects.visible_to(viewer).select_related("scheme").filter(state=SchemeRelease.State.RELEASED)
    return get_object_or_404(found, scheme__slug=slug, number=number)


def get_release_to_change(viewer: Viewer, slug: str, number: str) -> SchemeRelease:
    release = get_release_to_read(viewer, slug, number)
    if not can_change(viewer):
        raise PermissionDenied
    return release


# --- Changing terms -----------------------------------------------------------------------------


def can_change(viewer: Viewer) -> bool:
    return viewer.has_perm(CHANGE)


def require_change(viewer: Viewer) -> None:
    """For the A-Z's own screens in the admin."""
    if not can_change(viewer):
        raise PermissionDenied


def imports_to_read(viewer: Viewer) -> QuerySet[SchemeImport]:
    return SchemeImport.objects.visible_to(viewer).select_related("scheme").defer("data", "report")


def get_import_to_read(viewer: Viewer, public_id: str) -> SchemeImport:
    require_change(viewer)
    return get_object_or_404(SchemeImport.objects.visible_to(viewer).select_related("scheme"), public_id=public_id)


def get_concept_to_change(viewer: Viewer, slug: str) -> Concept:
    concept = get_concept_to_read(viewer, slug)
    if not can_change(viewer):
        raise PermissionDenied
    return concept


def get_change_to_undo(viewer: Viewer, public_id: str) -> ConceptChange:
    change = get_object_or_404(ConceptChange.objects.visible_to(viewer), public_id=public_id)
    if not can_change(viewer):
        raise PermissionDenied
    return change


# --- Proposals ----------------------------------------------------------------------------------


def can_propose(viewer: Viewer) -> bool:
    return viewer.has_perm(PROPOSE)


def is_proposer(viewer: Viewer, proposal: Proposal) -> bool:
    """An erased proposer's key and a visitor's are both None: that makes nobody a proposer."""
    return isinstance(viewer, User) and viewer.pk is not None and proposal.proposer_id == viewer.pk


def can_support(viewer: Viewer, proposal: Proposal) -> bool:
    """Whoever proposes backs it anyway."""
    return proposal.is_open and can_propose(viewer) and not is_proposer(viewer, proposal)


def can_comment(viewer: Viewer, proposal: Proposal) -> bool:
    return proposal.is_open and can_propose(viewer)


def can_withdraw(viewer: Viewer, proposal: Proposal) -> bool:
    return proposal.is_open and is_proposer(viewer, proposal)


def can_decide(viewer: Viewer, proposal: Proposal) -> bool:
    return proposal.is_open and can_change(viewer)


def reads_source(viewer: Viewer, proposal: Proposal) -> bool:
    """Where a proposal was made may be a page that its readers may not read."""
    return can_change(viewer) or is_proposer(viewer, proposal)


def get_proposal_to_read(viewer: Viewer, public_id: str) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(viewer).for_list(), public_id=public_id)


def get_proposal_to_support(viewer: Viewer, public_id: str) -> Proposal:
    proposal = get_proposal_to_read(viewer, public_id)
    return _allowed(proposal, can_support(viewer, proposal))


def get_proposal_to_comment(viewer: Viewer, public_id: str) -> Proposal:
    proposal = get_proposal_to_read(viewer, public_id)
    return _allowed(proposal, can_comment(viewer, proposal))


def get_proposal_to_withdraw(viewer: Viewer, public_id: str) -> Proposal:
    proposal = get_proposal_to_read(viewer, public_id)
    return _allowed(proposal, can_withdraw(viewer, proposal))


def get_proposal_to_decide(viewer: Viewer, public_id: str) -> Proposal:
    proposal = get_proposal_to_read(viewer, public_id)
    return _allowed(proposal, can_decide(viewer, proposal))


def _allowed(proposal: Proposal, allowed: bool) -> Proposal:
    if not allowed:
        raise PermissionDenied
    return proposal
