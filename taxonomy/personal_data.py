"""Terms are about no person. Who proposed, backed, said and decided what about them is."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User
from taxonomy.models import ConceptChange, Follow, Mapping, Proposal, ProposalComment, ProposalSupport, SchemeImport

FIELDS = {
    "taxonomy.ConceptScheme": dict.fromkeys(
        ["id", "public_id", "slug", "title", "description", "licence", "base_uri", "source_uri", "owner"], "not"
    ),
    "taxonomy.Collection": dict.fromkeys(
        ["id", "public_id", "scheme", "slug", "title", "description", "is_ordered", "source_uri"], "not"
    ),
    "taxonomy.CollectionMember": dict.fromkeys(["id", "sort_order", "collection", "concept"], "not"),
    "taxonomy.SchemeRelease": dict.fromkeys(
        [
            "id",
            "scheme",
            "number",
            "notes",
            "state",
            "comments_from",
            "comments_until",
            "turtle",
            "sha256",
            "snapshot",
            "released_at",
        ],
        "not",
    ),
    "taxonomy.SchemeImport": {
        **dict.fromkeys(["id", "public_id", "file_name", "sha256", "data", "scheme", "slug", "title", "base"], "not"),
        **dict.fromkeys(["replaces", "as_candidates", "state", "report", "digest", "has_moved_on", "state_since"], "not"),
        **dict.fromkeys(["worked_on_until", "tries"], "not"),
        **dict.fromkeys(["started_by", "started_at"], "personal"),
    },
    "taxonomy.QualityReport": dict.fromkeys(["id", "scheme", "findings", "asked_at", "checked_at"], "not"),
    "taxonomy.Concept": dict.fromkeys(
        [
            "id",
            "public_id",
            "scheme",
            "slug",
            "notation",
            "label",
            "definition",
            "status",
            "created_at",
            "modified_at",
            "source_uri",
        ],
        "not",
    ),
    "taxonomy.Label": dict.fromkeys(
        ["id", "concept", "kind", "text", "language", "letter", "sort_key", "source", "status", "note"], "not"
    ),
    "taxonomy.Note": dict.fromkeys(["id", "concept", "kind", "text", "language"], "not"),
    "taxonomy.FormerSlug": dict.fromkeys(["id", "slug", "concept"], "not"),
    "taxonomy.Relation": dict.fromkeys(["id", "source", "target", "kind", "broader_kind"], "not"),
    "taxonomy.Mapping": {
        **dict.fromkeys(["id", "concept", "kind", "target_uri", "target_label", "target_scheme", "confidence"], "not"),
        **dict.fromkeys(["justification", "author", "checked_on"], "personal"),
    },
    "taxonomy.ConceptChange": {
        **dict.fromkeys(["id", "public_id", "kind", "summary", "rows", "tags", "undoes"], "not"),
        **dict.fromkeys(["reason", "made_by", "made_at"], "personal"),
    },
    "taxonomy.Proposal": {
        **dict.fromkeys(
            ["id", "public_id", "kind", "target", "label", "definition", "details", "due_at", "state", "change"], "not"
        ),
        **dict.fromkeys(["reason", "example", "source", "proposer", "proposed_at"], "personal"),
        **dict.fromkeys(["decided_by", "decided_at", "decision_reason"], "personal"),
    },
    "taxonomy.Follow": dict.fromkeys(["id", "user", "concept", "followed_at", "cadence", "handed_on"], "personal"),
    "taxonomy.Feedback": dict.fromkeys(["id", "place", "concept", "found", "words", "given_on"], "not"),
    "taxonomy.LookupCount": dict.fromkeys(["id", "kind", "concept", "words", "month", "number"], "not"),
    "taxonomy.ProposalSupport": {**dict.fromkeys(["id", "proposal"], "not"), **dict.fromkeys(["user", "supported_at"], "personal")},
    "taxonomy.ProposalComment": {
        **dict.fromkeys(["id", "public_id", "proposal"], "not"),
        **dict.fromkeys(["author", "body", "body_html", "commented_at"], "personal"),
    },
}


def export(user: User) -> dict[str, Any]:
    proposals = Proposal.objects.filter(proposer=user).order_by("proposed_at", "public_id")
    comments = ProposalComment.objects.filter(author=user).select_related("proposal").order_by("commented_at", "public_id")
    supports = ProposalSupport.objects.filter(user=user).select_related("proposal").order_by("supported_at", "proposal__public_id")
    decided = Proposal.objects.filter(decided_by=user).order_by("decided_at", "public_id")
    changes = ConceptChange.objects.filter(made_by=user).order_by("made_at", "public_id")
    mappings = Mapping.objects.filter(author=user).select_related("concept").order_by("concept__label", "target_uri")
    data = {
        "terms_proposed": [_proposal(proposal) for proposal in proposals],
        "comments_on_proposals": [
            {"proposal": str(comment.proposal), "text": comment.body, "at": comment.commented_at.isoformat()}
            for comment in comments
        ],
        "proposals_backed": [{"proposal": str(support.proposal), "at": support.supported_at.isoformat()} for support in supports],
        "proposals_decided": [
            {"proposal": str(proposal), "outcome": proposal.get_state_display(), "reason": proposal.decision_reason}
            for proposal in decided
        ],
        "terms_changed": [
            {"what": change.summary, "reason": change.reason, "at": change.made_at.isoformat()} for change in changes
        ],
        "terms_imported": [
            {"file": started.file_name, "at": started.started_at.isoformat()}
            for started in SchemeImport.objects.filter(started_by=user).defer("data").order_by("started_at", "public_id")
        ],
        "terms_followed": [
            {"term": str(follow.concept), "since": follow.followed_at.isoformat()}
            for follow in Follow.objects.filter(user=user).select_related("concept").order_by("followed_at", "concept__slug")
        ],
        "terms_mapped": [
            {"term": str(mapping.concept), "to": mapping.target_uri, "why": mapping.justification} for mapping in mappings
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "id": proposal.public_id,
        "what": str(proposal),
        "meaning": proposal.definition,
        "why": proposal.reason,
        "example": proposal.example,
        "made_from": proposal.source,
        "at": proposal.proposed_at.isoformat(),
        "state": proposal.get_state_display(),
    }


def erase(user: User) -> None:
    """What was said stays, under nobody's name; backing somebody's proposal goes, and so do follows. Which page they were on is forgotten."""
    Proposal.objects.filter(proposer=user).update(proposer=None, source="")
    Proposal.objects.filter(decided_by=user).update(decided_by=None)
    ProposalComment.objects.filter(author=user).update(author=None)
    ProposalSupport.objects.filter(user=user).delete()
    Follow.objects.filter(user=user).delete()
    ConceptChange.objects.filter(made_by=user).update(made_by=None)
    Mapping.objects.filter(author=user).update(author=None)
    SchemeImport.objects.filter(started_by=user).update(started_by=None)
