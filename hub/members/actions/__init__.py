"""Every write to memberships and offices."""

from hub.members.actions.memberships import appoint_lead, join, leave
from hub.members.actions.offices import end_office, grant_office

__all__ = ["appoint_lead", "end_office", "grant_office", "join", "leave"]
