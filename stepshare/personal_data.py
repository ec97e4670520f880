"""Who entered and confirmed a council's facts. The facts are the council's and stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from hub.accounts.models import User
from hub.core.personal_data import numbers
from stepshare.models import Installation, Product, ProductFollow, ProductOffer, Project, ProposedEntry

REASON_REMOVED = "Removed with the account of whoever sent it."

FIELDS = {
    "stepshare.Product": {
        **dict.fromkeys(["id", "public_id", "slug", "name", "former_names", "supplier", "summary", "website", "is_current"], "not"),
        "entered_by": "personal",
        "entered_at": "not",
    },
    "stepshare.ProductConcept": dict.fromkeys(["id", "concept", "product"], "not"),
    "stepshare.Installation": {
        **dict.fromkeys(["id", "public_id", "council", "product", "version", "status", "hosting", "users", "used_for"], "not"),
        **dict.fromkeys(["local_name", "went_live_on", "planned_exit_on", "legacy_area", "audience", "source"], "not"),
        **dict.fromkeys(["entered_at", "last_confirmed_at"], "not"),
        **dict.fromkeys(["entered_by", "last_confirmed_by"], "personal"),
    },
    "stepshare.Project": {
        **dict.fromkeys(["id", "public_id", "slug", "title", "council", "summary", "body", "body_html", "phase", "seeking"], "not"),
        **dict.fromkeys(["started_on", "ended_on", "lesson", "audience", "source", "entered_at", "changed_at"], "not"),
        "entered_by": "personal",
    },
    "stepshare.ProposedEntry": {
        **dict.fromkeys(["id", "public_id", "council", "kind", "state", "subject", "product", "installation", "project"], "not"),
        **dict.fromkeys(["data", "before", "supplier", "proposed_at", "decided_at"], "not"),
        **dict.fromkeys(["proposed_by", "decided_by", "note", "reason"], "personal"),
    },
    "stepshare.ProjectConcept": dict.fromkeys(["id", "concept", "project"], "not"),
    "stepshare.ProductFollow": {"id": "not", **dict.fromkeys(["user", "product", "followed_at", "cadence"], "personal")},
    "stepshare.ProductOffer": {"id": "not", **dict.fromkeys(["user", "product", "offered_at"], "personal")},
}


def export(user: User) -> dict[str, Any]:
    entered = Installation.objects.filter(entered_by=user).select_related("council", "product").order_by("entered_at")
    confirmed = (
        Installation.objects.filter(last_confirmed_by=user).select_related("council", "product").order_by("last_confirmed_at")
    )
    data = {
        "systems_added": [
            {"system": row.name, "at": row.entered_at.isoformat()}
            for row in Product.objects.filter(entered_by=user).order_by("entered_at")
        ],
        "facts_entered": [{"fact": str(row), "at": row.entered_at.isoformat()} for row in entered],
        "facts_confirmed": [
            {"fact": str(row), "at": row.last_confirmed_at and row.last_confirmed_at.isoformat()} for row in confirmed
        ],
        "projects_entered": [
            {"project": row.title, "at": row.entered_at.isoformat()}
            for row in Project.objects.filter(entered_by=user).order_by("entered_at")
        ],
        "entries_sent": [
            {
                "entry": str(row),
                "at": row.proposed_at.isoformat(),
                "answers": row.data,
                "note": row.note,
                "state": row.get_state_display(),
                "reason": row.reason,
            }
            for row in ProposedEntry.objects.filter(proposed_by=user).select_related("council").order_by("proposed_at")
        ],
        "entries_decided": [
            {"entry": str(row), "at": row.decided_at and row.decided_at.isoformat(), "reason": row.reason}
            for row in ProposedEntry.objects.filter(decided_by=user).select_related("council").order_by("decided_at")
        ],
        "systems_followed": [
            {
                "system": row.product.name,
                "at": row.followed_at.isoformat(),
                "mail": row.get_cadence_display() or "as chosen by kind",
            }
            for row in ProductFollow.objects.filter(user=user).select_related("product").order_by("followed_at")
        ],
        "happy_to_be_asked_about": [
            {"system": row.product.name, "at": row.offered_at.isoformat()}
            for row in ProductOffer.objects.filter(user=user).select_related("product").order_by("offered_at")
        ],
    }
    return {kind: rows for kind, rows in data.items() if rows}


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    entered = Q(entered_by=user)
    *entries, follows, offers = numbers(
        Product.objects.filter(entered),
        Installation.objects.filter(entered | Q(last_confirmed_by=user)),
        Project.objects.filter(entered),
        ProposedEntry.objects.filter(Q(proposed_by=user) | Q(decided_by=user)),
        ProductFollow.objects.filter(user=user),
        ProductOffer.objects.filter(user=user),
    )
    if number := sum(entries):
        what = f"{number} entr{'y' if number == 1 else 'ies'} in STEP Share that you made, sent or confirmed"
        yield what, "They are the council's record and stay, without your name.", True
    if follows:
        yield f"{follows} system{'' if follows == 1 else 's'} that you follow", "That goes.", False
    if offers:
        yield f"{offers} system{'' if offers == 1 else 's'} that you are happy to be asked about", "That goes.", False


def erase(user: User) -> None:
    ProductOffer.objects.filter(user=user).delete()
    ProductFollow.objects.filter(user=user).delete()
    sent = ProposedEntry.objects.filter(proposed_by=user)
    sent.filter(state=ProposedEntry.State.DECLINED).update(reason=REASON_REMOVED)
    sent.update(proposed_by=None, note="")
    ProposedEntry.objects.filter(decided_by=user).update(decided_by=None)
    for model in (Product, Installation, Project):
        model.objects.filter(entered_by=user).update(entered_by=None)
    Installation.objects.filter(last_confirmed_by=user).update(last_confirmed_by=None)
