"""Who may see and do what among members. Loaders answer 404 for what one may not see."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.shortcuts import get_object_or_404

from hub.accounts.models import User
from hub.core.audience import Viewer, reads_members_content
from hub.members.belonging import claims_for
from hub.members.models import Complaint, Member, Membership, Profile, SupplierClaim
from hub.members.models.complaint import ANSWER
from hub.members.models.membership import APPROVE_ANY, APPROVE_OWN
from hub.members.ranks import outranks
from hub.organisations.models import Organisation

SUSPEND = "members.suspend"
GRANT = "members.grant_offices"


def require_directory(viewer: Viewer) -> None:
    """The list as a whole is for members; somebody else meets a page that is missing."""
    if not reads_members_content(viewer):
        raise Http404


def get_member_to_read(viewer: Viewer, public_id: str, now: dt.datetime) -> Member:
    return get_object_or_404(Member.objects.visible_to(viewer).for_cards(now), public_id=public_id)


def get_photo_to_see(viewer: Viewer, public_id: str, name: str) -> FieldFile:
    """One that is kept back is there for its owner only; a name of an earlier one finds nothing."""
    profiles = Profile.objects.filter(user__in=Member.objects.visible_to(viewer)).exclude(photo="")
    profile = get_object_or_404(profiles, user__public_id=public_id)
    if str(profile.photo.name).rpartition("/")[2] != name or not (profile.shows_photo or profile.user_id == viewer.pk):
        raise Http404
    return profile.photo


def require_complaints(viewer: Viewer) -> None:
    if not viewer.has_perm(ANSWER):
        raise PermissionDenied


def get_complaint_to_answer(viewer: Viewer, public_id: str) -> Complaint:
    require_complaints(viewer)
    return get_object_or_404(Complaint.objects.visible_to(viewer).select_related("answered_by"), public_id=public_id)


def get_complaint_by_reference(public_id: str) -> Complaint:
    """Whoever has the reference sees when it came and when it is due, and no word of it."""
    return get_object_or_404(Complaint.objects.only("public_id", "received_at", "answered_at"), public_id=public_id)


# --- Who looks after whom -----------------------------------------------------------------------------------------------------


def is_decider(viewer: Viewer) -> bool:
    """A lead or a facilitator."""
    return viewer.has_perm(APPROVE_ANY) or viewer.has_perm(APPROVE_OWN)


def require_decider(viewer: Viewer) -> None:
    """To anybody else the pages are not there."""
    if not is_decider(viewer):
        raise Http404


def get_organisation_to_look_after(viewer: Viewer, slug: str) -> Organisation:
    require_decider(viewer)
    organisations = Organisation.objects.visible_to(viewer)
    if not viewer.has_perm(APPROVE_ANY):
        organisations = organisations.filter(pk__in=Membership.objects.looked_after_by(viewer).values("organisation"))
    return get_object_or_404(organisations, slug=slug)


def get_request_to_decide(viewer: Viewer, public_id: str) -> Membership:
    """403 for one's own: a facilitator is confirmed by another."""
    waiting = Membership.objects.looked_after_by(viewer).waiting().select_related("user", "organisation")
    membership = get_object_or_404(waiting, public_id=public_id)
    if membership.user_id == viewer.pk:
        raise PermissionDenied
    return membership


def get_claim_to_decide(viewer: Viewer, public_id: str) -> SupplierClaim:
    return get_object_or_404(claims_for(viewer), public_id=public_id)


def can_end(viewer: Viewer, membership: Membership) -> bool:
    """A lead ends colleagues' memberships, not another lead's; one's own is left, not ended."""
    if membership.user_id == viewer.pk:
        return False
    return viewer.has_perm(APPROVE_ANY) or not membership.is_lead


def can_appoint(membership: Membership) -> bool:
    """Suppliers have no leads."""
    return not membership.is_lead and membership.organisation.kind != Organisation.Kind.SUPPLIER


def can_step_down(viewer: Viewer, membership: Membership) -> bool:
    """One's own lead, or any for a facilitator."""
    return membership.is_lead and (membership.user_id == viewer.pk or viewer.has_perm(APPROVE_ANY))


def get_membership_to_look_after(viewer: Viewer, public_id: str, now: dt.datetime) -> Membership:
    memberships = Membership.objects.looked_after_by(viewer).current(now).approved().select_related("user", "organisation")
    return get_object_or_404(memberships, public_id=public_id)


def get_membership_to_end(viewer: Viewer, public_id: str, now: dt.datetime) -> Membership:
    membership = get_membership_to_look_after(viewer, public_id, now)
    return _allowed(membership, can_end(viewer, membership))


def get_membership_to_appoint(viewer: Viewer, public_id: str, now: dt.datetime) -> Membership:
    membership = get_membership_to_look_after(viewer, public_id, now)
    return _allowed(membership, can_appoint(membership))


def get_membership_to_step_down(viewer: Viewer, public_id: str, now: dt.datetime) -> Membership:
    membership = get_membership_to_look_after(viewer, public_id, now)
    return _allowed(membership, can_step_down(viewer, membership))


def get_own_membership(viewer: User, public_id: str, now: dt.datetime) -> Membership:
    """Pending or not."""
    own = Membership.objects.filter(user=viewer).current(now).select_related("user", "organisation")
    return get_object_or_404(own, public_id=public_id)


def get_own_claim(viewer: Viewer, public_id: str) -> SupplierClaim:
    return get_object_or_404(SupplierClaim, user_id=viewer.pk, public_id=public_id, decided_at=None)


# --- Offices and suspensions --------------------------------------------------------------------------------------------------


def require_keeper(viewer: Viewer) -> None:
    if not viewer.has_perm(SUSPEND):
        raise Http404


def get_person_to_suspend(viewer: User, public_id: str, now: dt.datetime) -> User:
    """403 for somebody of the same or a higher role."""
    require_keeper(viewer)
    person = get_object_or_404(User, public_id=public_id)
    if not outranks(viewer, person, now):
        raise PermissionDenied
    return person


def get_person_to_give_offices(viewer: Viewer, public_id: str) -> User:
    if not viewer.has_perm(GRANT):
        raise Http404
    return get_object_or_404(User, public_id=public_id)


def _allowed(membership: Membership, allowed: bool) -> Membership:
    if not allowed:
        raise PermissionDenied
    return membership
