"""Who stands above whom: nobody suspends somebody of their own or a higher role (research matrix, row 34)."""

from __future__ import annotations

import datetime as dt

from hub.accounts.models import User
from hub.members.models import Membership, Office, Role
from hub.members.roles import roles_of

# `Role` lists them from the least to the most; somebody without any role is below all.
_RANKS = {role: rank for rank, role in enumerate(Role, start=1)}


def outranks(actor: User, target: User, now: dt.datetime) -> bool:
    return _highest(roles_of(actor, now)) > _highest(held_by(target, now))


def held_by(user: User, now: dt.datetime) -> set[Role]:
    """Every role held, whether or not it counts today: an office waits for its second factor, a suspended person's all wait."""
    memberships = Membership.objects.filter(user=user).current(now).select_related("organisation")
    offices = Office.objects.filter(user=user).current(now)
    return {membership.role for membership in memberships} | {Role(office.role) for office in offices}


def _highest(roles: set[Role]) -> int:
    return max((_RANKS[role] for role in roles), default=0)
