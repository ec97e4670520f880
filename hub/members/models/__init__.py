"""Who belongs to which council, who holds which office, and what they tell of themselves."""

from hub.members.models.complaint import Complaint
from hub.members.models.consent import Consent
from hub.members.models.dated import DatedQuerySet, Role
from hub.members.models.member import Member, MemberQuerySet
from hub.members.models.membership import Membership, SupplierClaim
from hub.members.models.office import Office
from hub.members.models.profile import LONGEST_ABOUT, Profile, ProfileConcept
from hub.members.models.suspension import Suspension

__all__ = [
    "LONGEST_ABOUT",
    "Complaint",
    "Consent",
    "DatedQuerySet",
    "Member",
    "MemberQuerySet",
    "Membership",
    "Office",
    "Profile",
    "ProfileConcept",
    "Role",
    "SupplierClaim",
    "Suspension",
]
