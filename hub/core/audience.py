"""The two audiences (DESIGN section 5), and which of them a viewer belongs to."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models

from hub.accounts.models import User

Viewer = User | AnonymousUser

# Answered by the role backend of hub.members; lower floors know only its name.
READ_MEMBERS_CONTENT = "core.read_members_content"


class Audience(models.TextChoices):
    PUBLIC = "public", "Everyone"
    MEMBERS = "members", "Members only"


def reads_members_content(viewer: Viewer) -> bool:
    return viewer.has_perm(READ_MEMBERS_CONTENT)


def audiences_for(viewer: Viewer) -> list[Audience]:
    """Every audience whose content this viewer may read now."""
    return [Audience.PUBLIC, Audience.MEMBERS] if reads_members_content(viewer) else [Audience.PUBLIC]
