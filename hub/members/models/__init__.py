"""Who belongs to which council, who holds which office, and what they tell of themselves."""

from hub.members.models.dated import DatedQuerySet, Role
from hub.members.models.membership import Membership
from hub.members.models.office import Office

__all__ = ["DatedQuerySet", "Membership", "Office", "Role"]
