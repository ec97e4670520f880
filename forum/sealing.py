"""The seal on who wrote a post without their name: only the seal keys open it (HUB_SEAL_KEYS).

A row holds two things, neither of which tells anything to somebody without the keys: the author's id, encrypted (Fernet:
AES-128-CBC with HMAC-SHA-256), and a keyed hash of post and author, by which the author alone is recognised when they come back.
The post's id is part of both, so that two posts of one person have nothing in common.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(ValueError):
    """None of the seal keys opens it: the key it was sealed with has been taken out of HUB_SEAL_KEYS."""


@dataclass(frozen=True)
class Sealed:
    ciphertext: str
    mac: str


def is_on() -> bool:
    """Without a key nothing can be written without a name."""
    return bool(settings.HUB_SEAL_KEYS)


def sealed(post_id: str, user_id: str) -> Sealed:
    """Both are public ids. The first key seals."""
    return Sealed(_box().encrypt(f"{post_id}:{user_id}".encode()).decode(), _mac(settings.HUB_SEAL_KEYS[0], post_id, user_id))


def opened(post_id: str, ciphertext: str) -> str:
    """The author's public id. Raises Unreadable, also for a ciphertext that was moved here from another post."""
    try:
        found, _, user_id = _box().decrypt(ciphertext.encode()).decode().partition(":")
    except InvalidToken as error:
        raise Unreadable(post_id) from error
    if found != post_id:
        raise Unreadable(post_id)
    return user_id


def is_by(post_id: str, mac: str, user_id: str) -> bool:
    return any(hmac.compare_digest(mac, _mac(key, post_id, user_id)) for key in settings.HUB_SEAL_KEYS)


def posts_by(user_id: str, rows: Iterable[tuple[int, str, str]]) -> list[int]:
    """Of (key of the seal, post's id, mac), the keys of those this person wrote."""
    return [pk for pk, post_id, mac in rows if is_by(post_id, mac, user_id)]


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.HUB_SEAL_KEYS])


def _mac(key: str, post_id: str, user_id: str) -> str:
    """By a key derived from the one that encrypts: one secret, two uses that cannot be played against each other."""
    derived = hashlib.sha256(b"forum.seal.mac:" + key.encode()).digest()
    return hmac.new(derived, f"{post_id}:{user_id}".encode(), hashlib.sha256).hexdigest()
