"""What people were told: of things that everybody may see, and of things that whoever was told may not see any more."""

from __future__ import annotations

import datetime as dt

from hub.accounts.models import User
from hub.notifications import links
from hub.notifications.actions import notify
from hub.notifications.models import Notification
from taxonomy.actions import follow
from tests.whole_site.matrix import ROLES
from tests.whole_site.world import MEMBERS, NOW, STAFF, World
from tests.whole_site.world.people import WITHOUT_ACCOUNT
from tests.whole_site.world.posts import OfRole

HOUR = dt.timedelta(hours=1)


def tell(world: World) -> None:
    """Everybody hears of the same three things; what each of them finds is what they may read."""
    roles = [role for role in ROLES if role not in WITHOUT_ACCOUNT]
    people = [world[role] for role in (*roles, "stranger", "newcomer", "former")]
    for person in people:
        follow(concept=world["changed_term"], by=person, now=NOW - 9 * HOUR)
    reason = f"term:{world['changed_term'].public_id}"
    world.hide(
        "news_of_proposal", MEMBERS, lambda: _tell(people, "proposal-declined", world["decided_proposal"].public_id, 3, reason)
    )
    world.hide("news_of_change", STAFF, lambda: _tell(people, "term-changed", world["unready_change"].public_id, 2, reason))
    told = _tell(people, "term-changed", world["term_change"].public_id, 1, reason)
    world.make("own_news", OfRole({role: told[world[role].pk] for role in roles}))
    world.make("news_of_others", told[world["stranger"].pk])
    world.make("stop_token", links.stop_url(world["stranger"], [reason], "").rstrip("/").rpartition("/")[2])


def _tell(people: list[User], kind: str, public_id: str, hours: int, reason: str) -> dict[int, Notification]:
    event = f"{kind}:{public_id}"
    thread = f"proposal:{public_id}" if kind.startswith("proposal") else ""
    told = {person.pk: [reason] for person in people}
    notify(event_key=event, kind=kind, subject=public_id, people=told, thread=thread, now=NOW - hours * HOUR)
    return {row.person_id: row for row in Notification.objects.filter(event_key=event)}
