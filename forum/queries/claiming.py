"""What somebody wrote before there was a hub."""

from __future__ import annotations

from forum.models import ImportedPost
from hub.accounts.models import User
from hub.core.audience import Viewer
from hub.mail.recipients import address_hash
from hub.members.belonging import confirmed_addresses

MOST_TO_CLAIM = 100  # at once; the rest come after


def posts_to_claim(viewer: Viewer) -> list[ImportedPost]:
    """Written under an address that they have proved to be theirs, and in sight; the oldest first. Two queries."""
    if not isinstance(viewer, User) or not (addresses := confirmed_addresses(viewer)):
        return []
    hashes = [address_hash(address) for address in addresses]
    posts = ImportedPost.objects.visible_to(viewer).filter(address_hash__in=hashes)
    rows = list(posts.select_related("question", "answer__question", "comment__question"))
    return sorted(rows, key=lambda row: (row.posted_at, row.public_id))
