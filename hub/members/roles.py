"""What each role may do, as Django permissions: the one table behind every `has_perm`.

The matrix in the tests (`tests/whole_site/`) is its specification. A permission needs no row in the database: the
backend answers for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from hub.accounts.models import User
from hub.members import second_factor
from hub.members.models import Membership, Office, Role

_READS_MEMBERS = {"core.read_members_content"}

_PAGES = {f"wagtailcore.{action}_page" for action in ("add", "change", "publish", "bulk_delete", "lock", "unlock", "view")}
_MEDIA = {f"media.{action}_{kind}" for action in ("add", "change", "choose", "delete", "view") for kind in ("image", "document")}
_TAXONOMY = {
    f"taxonomy.{action}_{kind}"
    for action in ("add", "change", "delete", "view", "publish")
    for kind in ("concept", "conceptscheme", "collection")
}
_PROPOSES = {"taxonomy.propose_concept"}
_TAXONOMY |= _PROPOSES | {"taxonomy.view_conceptchange", "taxonomy.view_proposal"}
_CMS = {"wagtailadmin.access_admin"}

# What waits at the desk, and the words to decide it with.
_DESK = {"desk.decide", *(f"desk.{action}_reasontemplate" for action in ("add", "change", "delete", "view"))}

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.PENDING: frozenset({"forum.post_for_review"}),
    Role.SUPPLIER: frozenset(_PROPOSES | {"forum.post_for_review", "stepshare.suggest_own_product"}),
    Role.MEMBER: frozenset(_READS_MEMBERS | _PROPOSES | {"forum.ask", "forum.answer", "stepshare.record_own_council"}),
    Role.LEAD: frozenset(
        _READS_MEMBERS | _PROPOSES | {"forum.ask", "forum.answer", "stepshare.record_own_council", "members.approve_own_council"}
    ),
    Role.EDITOR: frozenset(_READS_MEMBERS | _CMS | _PAGES | _MEDIA | _TAXONOMY | {"bulletin.compose", "forum.ask", "forum.answer"}),
    Role.FACILITATOR: frozenset(
        _READS_MEMBERS
        | _CMS
        | _PAGES
        | _MEDIA
        | _TAXONOMY
        | {"bulletin.compose", "bulletin.send", "forum.ask", "forum.answer", "forum.moderate"}
        | {"stepshare.record_any_council", "stepshare.read_any_council", "members.approve_any", "members.suspend"}
        | {"members.answer_complaints", "forum.second_breaking_a_seal"}
        | _DESK
    ),
    Role.ADMINISTRATOR: frozenset(
        _READS_MEMBERS
        | _CMS
        | _PAGES
        | _MEDIA
        | _TAXONOMY
        | {"bulletin.compose", "bulletin.send", "forum.ask", "forum.answer", "forum.moderate"}
        | {"stepshare.record_any_council", "stepshare.read_any_council", "members.approve_any", "members.suspend"}
        | {"members.answer_complaints", "forum.second_breaking_a_seal"}
        | _DESK
        | {"desk.read_all_entries"}
        | {"members.grant_offices", "bulletin.read_subscribers", "forum.break_seal"}
        | {f"organisations.{action}_maildomain" for action in ("add", "change", "delete", "view")}
        | {f"accounts.{action}_user" for action in ("add", "change", "view")}
        | {f"wagtailcore.{action}_{kind}" for action in ("add", "change", "delete") for kind in ("site", "collection")}
        | {f"wagtailredirects.{action}_redirect" for action in ("add", "change", "delete", "view")}
    ),
}


def roles_of(user: User, now: dt.datetime) -> set[Role]:
    """Two queries, and one more for somebody with an office, whose rights wait for a second factor; roles add up."""
    return _roles(user, Membership.objects.filter(user=user).current(now).select_related("organisation"), now)


def permissions_now(user: User) -> set[str]:
    return {permission for role in _roles(user, memberships_now(user), timezone.now()) for permission in PERMISSIONS[role]}


def memberships_now(user: User) -> list[Membership]:
    """Current ones, approved or not, the oldest first. Kept on the user object, as its permissions are."""
    if not hasattr(user, "_memberships_now"):
        current = Membership.objects.filter(user=user).current(timezone.now()).select_related("organisation")
        user._memberships_now = list(current.order_by("started_at", "public_id"))  # type: ignore[attr-defined]  # a request's memo
    return user._memberships_now  # type: ignore[attr-defined]  # the same memo


def _roles(user: User, memberships: Iterable[Membership], now: dt.datetime) -> set[Role]:
    offices = {Role(role) for role in Office.objects.filter(user=user).current(now).values_list("role", flat=True)}
    if offices and not second_factor.is_there(user):
        offices = set()
    return {membership.role for membership in memberships} | offices
