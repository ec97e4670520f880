"""Councils, suppliers and the people in them, and what they tell of themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from hub.accounts.models import User
from hub.members import actions as members
from hub.members.models import Complaint, Membership, Profile, Role
from hub.organisations import actions as register
from hub.organisations.models import ChangeEvent, Organisation
from hub.organisations.queries import councils_of_address
from hub.seed import reading
from hub.seed.play.stage import Stage
from stepshare import actions as share


def organisations(stage: Stage) -> None:
    content = reading.facts("councils")
    # Counties first: districts name theirs.
    for row in sorted(content["council"], key=lambda row: "county" in row):
        stage.councils[row["key"]] = _council(stage, row)
    for row in content.get("change", []):
        _change(stage, row)
    for row in reading.facts("suppliers")["supplier"]:
        stage.suppliers[row["key"]] = register.record_supplier(
            slug=row["key"],
            name=row["name"],
            website=row.get("website", ""),
            about=row.get("about", ""),
            by=None,
            now=stage.ago(300),
        )


def _council(stage: Stage, row: dict[str, Any]) -> Organisation:
    ended = row.get("abolished_days_ago")
    council = register.record_council(
        code=row["code"],
        slug=row["key"],
        name=row["name"],
        short_name=row["short_name"],
        tier=row["kind"],
        nation=row["nation"],
        region=row.get("region", ""),
        county=stage.councils.get(row.get("county", "")),
        population=row.get("population"),
        website=row.get("website", ""),
        about=row.get("about", ""),
        abolished_on=stage.ago(ended).date() if ended else None,
        by=None,
        now=stage.ago(300),
    )
    for domain in row.get("mail_domains", []):
        register.record_mail_domain(organisation=council, domain=domain, by=None, now=stage.ago(300))
    return council


def _change(stage: Stage, row: dict[str, Any]) -> None:
    predecessors = [stage.councils[key] for key in row["from"]]
    if ChangeEvent.objects.filter(predecessors=predecessors[0]).exists():
        return
    register.record_change(
        kind=ChangeEvent.Kind(row["type"]),
        effective_on=stage.ago(row["effective_days_ago"]).date(),
        predecessors=predecessors,
        successors=[stage.councils[key] for key in row["to"]],
        note=row.get("note", ""),
        by=None,
        now=stage.ago(300),
    )


def memberships(stage: Stage) -> None:
    content = reading.facts("members")
    for row in content["member"]:
        user, council = _person(stage, row, row["council"]), stage.councils[row["council"]]
        by_address = council in councils_of_address(user.email, timezone.localdate(stage.now))
        membership = members.join(
            user=user,
            organisation=council,
            job_role=row["job_role"],
            approve=True,
            basis=Membership.Basis.ADDRESS if by_address else Membership.Basis.APPROVAL,
            now=stage.ago(row["joined_days_ago"]),
        )
        # Each has answered the yearly question since.
        members.join_by_address(user=user, email=user.email, now=stage.ago(row["joined_days_ago"] % 300))
        if row.get("lead"):
            members.appoint_lead(membership=membership, by=None, now=stage.ago(row["joined_days_ago"]))
        if row.get("staff"):
            members.grant_office(user=user, role=Role(row["staff"]), by=None, now=stage.ago(row["joined_days_ago"]))
    for row in content.get("supplier_person", []):
        user = _person(stage, row, row["supplier"])
        members.join(
            user=user,
            organisation=stage.suppliers[row["supplier"]],
            job_role=row.get("job_role", ""),
            approve=True,
            now=stage.ago(90),
        )
    for row in content.get("pending", []):
        members.ask_to_join(
            user=_person(stage, row, row["council"]),
            organisation=stage.councils[row["council"]],
            job_role=row.get("job_role", ""),
            reason=row.get("reason", ""),
            now=stage.ago(row["asked_days_ago"]),
        )


def _person(stage: Stage, row: dict[str, Any], at: str) -> User:
    email = f"{row['key']}@{at}.example"
    user = User.objects.filter(email=email).first()
    if user is None:
        first, _, last = row["name"].partition(" ")
        user = User.objects.create_user(
            email, first_name=first, last_name=last, joined_at=stage.ago(row.get("joined_days_ago", 60))
        )
        # Hashed once for everybody: forty slow hashes would be half of the demo's start.
        User.objects.filter(pk=user.pk).update(password=stage.password)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        members.agree(by=user, source="agreement page", now=stage.ago(30))
    stage.people[row["key"]] = user
    return user


def profiles(stage: Stage) -> None:
    for row in reading.facts("profiles")["profile"]:
        user, at = stage.people[row["member"]], stage.ago(row["saved_days_ago"])
        if Profile.objects.filter(user=user).exists():
            continue
        shown = {f"shows_{name}": True for name in row.get("shows", [])}
        members.save_profile(
            user=user,
            first_name=user.first_name,
            last_name=user.last_name,
            fields={"about": row.get("about", ""), "phone": row.get("phone", ""), **shown},
            offers=stage.concepts(row["offers"]),
            interests=stage.concepts(row.get("interests", [])),
            by=user,
            now=at,
        )
        for key in row.get("systems", []):
            share.offer_to_be_asked(product=stage.products[key], by=user, now=at)


def complaints(stage: Stage) -> None:
    """One that waits, so that a facilitator sees the clock."""
    address = "m.oduya@nowhere.example"
    if not Complaint.objects.filter(address=address).exists():
        members.complain(
            address=address,
            name="Marie Oduya",
            about=Complaint.About.WRONG,
            text="I left Westmarch in March. A page about their contact centre still names me as the person to ask.",
            now=stage.ago(6),
        )
