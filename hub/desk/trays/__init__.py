"""Everything that can wait at the desk. A tray is one kind of it: what waits, and what can be decided right there."""

from hub.desk.trays.base import Decision, Item, Tray
from hub.desk.trays.posts import HELD
from hub.desk.trays.reports import Reports
from hub.desk.trays.rooms import Claims, Complaints, Entries, Helpers, Joining, Terms

TRAYS: dict[str, Tray] = {
    tray.slug: tray for tray in (Reports(), *HELD, Joining(), Claims(), Entries(), Helpers(), Terms(), Complaints())
}

__all__ = ["TRAYS", "Decision", "Item", "Tray"]
