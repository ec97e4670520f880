"""What people hear of the systems they follow. Questions about one, question time tells, with the reason "system"."""

from __future__ import annotations

import datetime as dt

from hub.accounts.models import User
from hub.notifications import kinds, queries, reasons
from hub.notifications.actions import notify
from hub.notifications.kinds import Kind, Subject, Words
from hub.notifications.reasons import Followed, Group, Reason
from stepshare.models import Installation, Product, ProductFollow

FOLLOWS_SYSTEM = Reason(
    "system",
    Group.SYSTEMS,
    "you follow the system “{name}”",
    nameless="you follow a system it is about",
    follows=Followed(ProductFollow, "product", lambda viewer: Product.objects.visible_to(viewer)),
)
INSTALLATION = Subject(
    "installation",
    lambda viewer: Installation.objects.visible_to(viewer).select_related("product", "council"),
    lambda installation: Words(title=str(installation), url=installation.get_absolute_url()),
)


def register() -> None:
    reasons.register(FOLLOWS_SYSTEM)
    kinds.register(Kind("installation-recorded", INSTALLATION, "A council has it on record"))


def tell_of_installation(installation: Installation, *, by: User | None, now: dt.datetime) -> None:
    """Its audience decides, person by person, who finds it in their list."""
    notify(
        event_key=f"installation:{installation.public_id}",
        kind="installation-recorded",
        subject=installation.public_id,
        people=queries.followers(FOLLOWS_SYSTEM.key, [installation.product.public_id]),
        by=by,
        now=now,
    )
