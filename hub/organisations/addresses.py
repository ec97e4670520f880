"""Which mail domain an email address belongs to, read so strictly that nothing which merely looks like a council's passes.

RFC 5322 allows far more: quoted local parts, comments, IP literals, routing by % and !. People's own addresses use none
of these, and each has been a way past a check of domains. Whoever has one may sign up; it proves no council.
"""

from __future__ import annotations

import re

# A dot-atom (RFC 5322, 3.2.3) without the characters that mail servers have read as routes: % and !.
_LOCAL_PART = r"[a-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[a-z0-9#$&'*+/=?^_`{|}~-]+)*"
# Letters, digits and hyphens (RFC 1035, 2.3.1); the last label is a name, so that no number passes for a host.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]*[a-z0-9]"
_ADDRESS = re.compile(rf"({_LOCAL_PART})@({_DOMAIN})")
_DOMAIN_ALONE = re.compile(_DOMAIN)
LONGEST_LOCAL_PART, LONGEST_DOMAIN = 64, 253


def mail_domain_of(address: str) -> str:
    """Everything after the @ in lower-case ASCII; "" for an address that proves nothing.

    Letters are folded only after it is known that all are ASCII: Unicode folds the Kelvin sign and the long s to k and s.
    """
    if not address.isascii():
        return ""
    found = _ADDRESS.fullmatch(address.lower())
    if found is None or len(found[1]) > LONGEST_LOCAL_PART or len(found[2]) > LONGEST_DOMAIN:
        return ""
    return found[2]


def is_domain(text: str) -> bool:
    """A whole domain as it is stored."""
    return len(text) <= LONGEST_DOMAIN and _DOMAIN_ALONE.fullmatch(text) is not None
