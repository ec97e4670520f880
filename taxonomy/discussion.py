"""Reading proposals: the list, who backs one, what was said."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from hub.accounts.models import User
from hub.core.audience import Viewer
from taxonomy.models import Proposal, ProposalComment, ProposalSupport


def proposals(viewer: Viewer, chosen: dict[str, Any]) -> QuerySet[Proposal]:
    """Narrowed as `proposal_forms.ProposalFilters` says. Open ones in the order in which they are due, others newest first."""
    found = Proposal.objects.visible_to(viewer).for_list()
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    if chosen.get("show") == "mine":
        return found.filter(proposer=viewer.pk).order_by("-proposed_at", "public_id")
    if chosen.get("show") == "decided":
        return found.filter(state__in=Proposal.DECIDED).order_by("-decided_at", "public_id")
    return found.waiting()


def comments_on(proposal: Proposal) -> list[ProposalComment]:
    return list(proposal.comments.select_related("author"))


def supporters(proposal: Proposal) -> list[User]:
    """Everybody who backs it besides its proposer, the first first."""
    rows = ProposalSupport.objects.filter(proposal=proposal).select_related("user").order_by("supported_at", "pk")
    return [row.user for row in rows]


def backs(viewer: Viewer, proposal: Proposal) -> bool:
    return ProposalSupport.objects.filter(proposal=proposal, user=viewer.pk).exists()
