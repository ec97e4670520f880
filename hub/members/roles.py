"""What each role may do, as Django permissions: the one table behind every `has_perm`.

The matrix in the tests (`tests/whole_site/`) is its specification. A permission needs no row in the database: the
backend answers for it.
"""

from __future__ import annotations

import datetime as dt

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

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.PENDING: frozenset(),
    Role.SUPPLIER: frozenset(_PROPOSES | {"stepshare.suggest_own_product"}),
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
        | {"members.answer_complaints"}
    ),
    Role.ADMINISTRATOR: frozenset(
        _READS_MEMBERS
        | _CMS
        | _PAGES
        | _MEDIA
        | _TAXONOMY
        | {"bulletin.compose", "bulletin.send", "forum.ask", "forum.answer", "forum.moderate"}
        | {"stepshare.record_any_council", "stepshare.read_any_council", "members.approve_any", "members.suspend"}
        | {"members.answer_complaints"}
        | {"members.grant_offices"}
        | {f"organisations.{action}_maildomain" for action in ("add", "change", "delete", "view")}
        | {f"accounts.{action}_user" for action in ("add", "change", "view")}
        | {f"wagtailcore.{action}_{kind}" for action in ("add", "change", "delete") for kind in ("site", "collection")}
        | {f"wagtailredirects.{action}_redirect" for action in ("add", "change", "delete", "view")}
    ),
}


def roles_of(user: User, now: dt.datetime) -> set[Role]:
    """Two queries, and one more for somebody with an office, whose rights wait for a second factor; roles add up."""
    memberships = Membership.objects.filter(user=user).current(now).select_related("organisation")
    offices = {Role(role) for role in Office.objects.filter(user=user).current(now).values_list("role", flat=True)}
    if offices and not second_factor.is_there(user):
        offices = set()
    return {membership.role for membership in memberships} | offices


def permissions_of(user: User, now: dt.datetime) -> set[str]:
    return {permission for role in roles_of(user, now) for permission in PERMISSIONS[role]}
