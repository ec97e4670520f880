"""Reading memberships: whose colleague somebody is, and how a byline names them."""

from __future__ import annotations

import datetime as dt

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.members.consent import CURRENT
from hub.members.models import (
    Complaint,
    Consent,
    Member,
    MemberQuerySet,
    Membership,
    Office,
    Profile,
    Role,
    SupplierClaim,
    Suspension,
)
from hub.members.models.complaint import ComplaintQuerySet
from hub.members.roles import memberships_now
from hub.members.second_factor import FACTORS
from hub.organisations.models import Organisation


def memberships_of(user: User, now: dt.datetime) -> list[Membership]:
    """Current ones, the oldest first."""
    return list(
        Membership.objects.filter(user=user).current(now).select_related("organisation").order_by("started_at", "public_id")
    )


def offices_of(user: User, now: dt.datetime) -> list[Office]:
    return list(Office.objects.filter(user=user).current(now).order_by("started_at", "role"))


def membership_of(user: User, now: dt.datetime) -> Membership | None:
    """The one somebody tells their job role of: their oldest approved one of a council, otherwise their oldest."""
    memberships = memberships_of(user, now)
    members = (membership for membership in memberships if membership.role in (Role.MEMBER, Role.LEAD))
    return next(members, next(iter(memberships), None))


def shows_job_role(user: User) -> bool:
    """What goes beside their name elsewhere follows their profile too; who has none has hidden nothing."""
    return not Profile.objects.filter(user=user, shows_job_role=False).exists()


def council_of(user: User, now: dt.datetime) -> Organisation | None:
    """The council somebody speaks for: their oldest current, approved membership of a council."""
    for membership in memberships_of(user, now):
        if membership.approved_at and membership.organisation.kind == Organisation.Kind.COUNCIL:
            return membership.organisation
    return None


def current_leads(now: dt.datetime) -> QuerySet[Membership]:
    """Memberships of everybody who leads a council and can sign in."""
    return Membership.objects.filter(is_lead=True, user__is_active=True).current(now)


def has_lead(organisation: Organisation, now: dt.datetime) -> bool:
    return current_leads(now).filter(organisation=organisation).exists()


def leads_besides(membership: Membership, now: dt.datetime) -> bool:
    """Whether somebody else leads there."""
    return current_leads(now).filter(organisation=membership.organisation_id).exclude(pk=membership.pk).exists()


def led_council_ids(viewer: Viewer) -> list[int]:
    """Of the councils the viewer leads; for use inside a query only, as `own_council_ids`."""
    return [
        membership.organisation_id for membership in _approved_memberships(viewer) if membership.is_lead and _is_council(membership)
    ]


def own_supplier_ids(viewer: Viewer) -> list[int]:
    """Of the suppliers the viewer works for; for use inside a query only, as `own_council_ids`."""
    return [
        membership.organisation_id
        for membership in _approved_memberships(viewer)
        if membership.organisation.kind == Organisation.Kind.SUPPLIER
    ]


def belongs_somewhere(user: User, now: dt.datetime) -> bool:
    """To a council or supplier, waiting or not; or they hold an office."""
    return (
        bool(memberships_of(user, now) or offices_of(user, now))
        or SupplierClaim.objects.filter(user=user, decided_at=None).exists()
    )


def last_suspension_of(user: AbstractBaseUser) -> str:
    """The public id of the latest, lifted or not; "" for somebody who never was suspended."""
    latest = Suspension.objects.filter(user_id=user.pk).order_by("-started_at", "-pk").values_list("public_id", flat=True)
    return latest.first() or ""


def suspension_of(user: User) -> Suspension | None:
    return Suspension.objects.filter(user=user, ended_at=None).select_related("suspended_by").first()


def suspensions() -> QuerySet[Suspension]:
    """All there ever were, the latest first: for those who may suspend."""
    return Suspension.objects.select_related("user", "suspended_by", "lifted_by").order_by("-started_at", "public_id")


def _is_council(membership: Membership) -> bool:
    return membership.organisation.kind == Organisation.Kind.COUNCIL


def _approved_memberships(viewer: Viewer) -> list[Membership]:
    return [membership for membership in memberships_now(viewer) if membership.approved_at] if isinstance(viewer, User) else []


def own_council_ids(viewer: Viewer) -> list[int]:
    """Primary keys, for use inside a query only."""
    return [membership.organisation_id for membership in _approved_memberships(viewer) if _is_council(membership)]


# --- Consent, complaints and leaving ----------------------------------------------------------------


def consents_of(user: User) -> list[Consent]:
    return list(Consent.objects.filter(user=user).order_by("-given_at", "public_id"))


def has_agreed(user: User) -> bool:
    """To the words of today."""
    given = Consent.objects.standing().filter(user=user, purpose=Consent.Purpose.RULES)
    return given.filter(wording_version=CURRENT.version).exists()


def complaints_to_answer(viewer: Viewer) -> ComplaintQuerySet:
    """Open ones, the one that is due first in front."""
    return Complaint.objects.visible_to(viewer).open().order_by("received_at", "public_id")


def complaints_answered(viewer: Viewer) -> ComplaintQuerySet:
    return Complaint.objects.visible_to(viewer).answered().select_related("answered_by").order_by("-answered_at", "public_id")


def open_complaints_of(user: User) -> list[Complaint]:
    return list(Complaint.objects.open().filter(sender=user).order_by("received_at"))


def people_who_run_the_hub(now: dt.datetime) -> QuerySet[User]:
    """Facilitators and administrators who can sign in."""
    offices = Office.objects.filter(role__in=[Role.FACILITATOR, Role.ADMINISTRATOR]).current(now)
    return User.objects.filter(is_active=True, pk__in=offices.values("user")).order_by("pk")


def people_who_answer_complaints(now: dt.datetime) -> QuerySet[User]:
    """Whose office has `members.answer_complaints` (`roles`)."""
    return people_who_run_the_hub(now)


def is_last_administrator(user: User, now: dt.datetime, *, lock: bool = False) -> bool:
    """With `lock`, inside a transaction: two who leave together must not both find the other still there."""
    offices = Office.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True).current(now).order_by("pk")
    holders = {office.user_id for office in (offices.select_for_update(of=("self",)) if lock else offices)}
    return holders == {user.pk}


def councils_left_without_lead(user: User, now: dt.datetime) -> list[Organisation]:
    """Councils that this person alone leads."""
    led = [membership.organisation for membership in memberships_of(user, now) if membership.role == Role.LEAD]
    others = current_leads(now).exclude(user=user).filter(organisation__in=led)
    still_led = set(others.values_list("organisation_id", flat=True))
    return [council for council in led if council.pk not in still_led]


def readers_of_members_content(now: dt.datetime) -> MemberQuerySet:
    """Whom `has_perm("core.read_members_content")` lets through, as one query: `hub.members.roles` in bulk."""
    readers = Member.objects.of_today(now)
    if not settings.SECOND_FACTOR_REQUIRED:
        return readers
    has_factor = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))
    return readers.filter(Q(pk__in=Member.objects.at(now)) | has_factor)
