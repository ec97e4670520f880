"""Where somebody works and worked, and which offices they held."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.files.storage import Storage
from django.db import transaction
from django.utils import timezone

from hub.accounts.models import User
from hub.members import editing_traces
from hub.members.actions.complaints import blank_complaints
from hub.members.consent import wording_of
from hub.members.models import Complaint, Consent, Membership, Office, Profile, ProfileConcept, SupplierClaim, Suspension

FIELDS = {
    "members.Membership": {
        "id": "not",
        **dict.fromkeys(
            ["public_id", "user", "organisation", "is_lead", "job_role", "started_at", "approved_at", "approved_by", "ended_at"],
            "personal",
        ),
        **dict.fromkeys(["basis", "reason", "confirmed_at", "recheck_asked_at", "ended_by", "ending", "ending_note"], "personal"),
    },
    "members.SupplierClaim": {
        "id": "not",
        **dict.fromkeys(["public_id", "user", "supplier_name", "job_role", "reason"], "personal"),
        **dict.fromkeys(["asked_at", "decided_at", "decided_by"], "personal"),
    },
    "members.Suspension": {
        "id": "not",
        **dict.fromkeys(["public_id", "user", "reason", "started_at", "suspended_by", "ended_at", "lifted_by"], "personal"),
    },
    "members.Office": {"id": "not", **dict.fromkeys(["user", "role", "started_at", "granted_by", "ended_at"], "personal")},
    "members.Consent": {
        "id": "not",
        "address_hash": "sealed",
        **dict.fromkeys(["public_id", "user", "purpose", "wording_version", "wording_hash", "source"], "personal"),
        **dict.fromkeys(["given_at", "withdrawn_at"], "personal"),
    },
    "members.Complaint": {
        **dict.fromkeys(["id", "public_id", "blanked_at"], "not"),
        **dict.fromkeys(["name", "address", "about", "text", "sender", "received_at"], "personal"),
        **dict.fromkeys(["answer", "answered_at", "answered_by", "sender_has_left"], "personal"),
    },
}
FIELDS |= {
    "members.Profile": {
        "id": "not",
        **dict.fromkeys(["user", "about", "about_html", "phone", "photo", "changed_at"], "personal"),
        **dict.fromkeys(["shows_email", "shows_phone", "shows_job_role", "shows_interests", "shows_photo"], "personal"),
    },
    "members.ProfileConcept": {"id": "not", **dict.fromkeys(["profile", "concept", "kind"], "personal")},
}
THIRD_PARTY = editing_traces.THIRD_PARTY


def export(user: User) -> dict[str, Any]:
    memberships = Membership.objects.filter(user=user).select_related("organisation").order_by("started_at")
    offices = Office.objects.filter(user=user).order_by("started_at")
    data = {
        "memberships": [
            {
                "council": str(row.organisation),
                "job_role": row.job_role,
                "lead": row.is_lead,
                "from": row.started_at.isoformat(),
                "to": row.ended_at and row.ended_at.isoformat(),
                "waiting": row.approved_at is None and row.ended_at is None,
                "rests_on": row.get_basis_display(),
                "what_you_wrote": row.reason,
                "last_confirmed": row.confirmed_at and row.confirmed_at.isoformat(),
                "how_it_ended": row.get_ending_display(),
                "what_you_were_told": row.ending_note,
            }
            for row in memberships
        ],
        "supplier_requests": [
            {
                "supplier": row.supplier_name,
                "job_role": row.job_role,
                "what_you_wrote": row.reason,
                "asked": row.asked_at.isoformat(),
            }
            for row in SupplierClaim.objects.filter(user=user).order_by("asked_at")
        ],
        "suspensions": [
            {"reason": row.reason, "from": row.started_at.isoformat(), "to": row.ended_at and row.ended_at.isoformat()}
            for row in Suspension.objects.filter(user=user).order_by("started_at")
        ],
        "offices": [
            {"office": row.get_role_display(), "from": row.started_at.isoformat(), "to": row.ended_at and row.ended_at.isoformat()}
            for row in offices
        ],
    }
    return {kind: rows for kind, rows in (data | _profile(user) | _rights(user) | editing_traces.export(user)).items() if rows}


def _profile(user: User) -> dict[str, Any]:
    profile = Profile.objects.filter(user=user).first()
    if profile is None:
        return {}
    tags = profile.concept_tags.select_related("concept").order_by("kind", "concept__label")
    shown = ("shows_email", "shows_phone", "shows_job_role", "shows_interests", "shows_photo")
    return {
        "profile": {
            "about": profile.about,
            "phone": profile.phone,
            "photo": profile.photo.name,
            "happy_to_be_asked_about": [tag.concept.label for tag in tags if tag.kind == ProfileConcept.Kind.OFFER],
            "interested_in": [tag.concept.label for tag in tags if tag.kind == ProfileConcept.Kind.INTEREST],
            "shown_to_members": [name.removeprefix("shows_") for name in shown if getattr(profile, name)],
            "changed_at": profile.changed_at.isoformat(),
        }
    }


def _rights(user: User) -> dict[str, Any]:
    """A complaint that somebody else sent under their address is not theirs: nobody has checked that it was they."""
    return {
        "agreed_to": [
            {
                "what": row.get_purpose_display(),
                "version": row.wording_version,
                "words": wording.text if (wording := wording_of(row.wording_version)) else "",
                "where": row.source,
                "at": row.given_at.isoformat(),
                "withdrawn_at": row.withdrawn_at and row.withdrawn_at.isoformat(),
            }
            for row in Consent.objects.filter(user=user).order_by("given_at")
        ],
        "complaints": [
            {
                "reference": row.public_id,
                "name": row.name,
                "address": row.address,
                "about": row.get_about_display(),
                "text": row.text,
                "received_at": row.received_at.isoformat(),
                "answer": row.answer,
                "answered_at": row.answered_at and row.answered_at.isoformat(),
            }
            for row in Complaint.objects.filter(sender=user).order_by("received_at")
        ],
        "complaints_answered_for_the_hub": [
            {"reference": row.public_id, "at": row.answered_at and row.answered_at.isoformat()}
            for row in Complaint.objects.filter(answered_by=user).order_by("answered_at")
        ],
    }


def files(user: User) -> Iterator[tuple[str, Storage, str]]:
    for profile in Profile.objects.filter(user=user).exclude(photo=""):
        name = str(profile.photo.name)
        yield f"profile/photo.{name.rpartition('.')[2]}", profile.photo.storage, name


def holdings(user: User) -> Iterator[tuple[str, str, bool]]:
    if Profile.objects.filter(user=user).exists():
        yield "Your profile, with your photo if you gave one", "All of it goes.", False
    if Membership.objects.filter(user=user).exists() or Office.objects.filter(user=user).exists():
        yield "Where you work and worked, and what you do for the hub", "Your job title goes. The dates stay, under no name.", True
    if Consent.objects.filter(user=user).exists():
        yield "What you agreed to, and when", "It stays as proof, under a code in place of your address.", True
    for complaint in Complaint.objects.open().filter(sender=user).order_by("received_at"):
        yield f"Your complaint {complaint.public_id}", "It stays until it has been answered, and then goes.", True
    if Complaint.objects.answered().filter(sender=user).exists():
        yield "Complaints that have been answered", "Your name, address and words go. That there was one stays.", True
    yield from editing_traces.holdings(user)


def erase(user: User) -> None:
    """The council keeps that it had a member; what the person did there goes."""
    now = timezone.now()
    for rows in (Membership.objects.filter(user=user, ended_at=None), Office.objects.filter(user=user, ended_at=None)):
        rows.update(ended_at=now)
    Membership.objects.filter(user=user).update(job_role="", is_lead=False, reason="", ending_note="")
    SupplierClaim.objects.filter(user=user).delete()
    # Nothing is left to lift: that would open the account again.
    Suspension.objects.filter(user=user, ended_at=None).update(ended_at=now)
    Suspension.objects.filter(user=user).update(reason="")
    for profile in Profile.objects.filter(user=user):
        if profile.photo:
            transaction.on_commit(partial(profile.photo.storage.delete, str(profile.photo.name)))
        profile.delete()
    # Agreeing ends with the account; the keyed hash of the address is all the proof that is left.
    Consent.objects.filter(user=user, withdrawn_at=None).update(withdrawn_at=now)
    Consent.objects.filter(user=user).update(user=None)
    # What waits for an answer keeps the address that it goes to, and is blanked after it.
    Complaint.objects.filter(sender=user).update(sender_has_left=True, sender=None)
    blank_complaints(now=now)
    Complaint.objects.filter(answered_by=user).update(answered_by=None)
    editing_traces.erase(user)
