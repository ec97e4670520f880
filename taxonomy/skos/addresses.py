"""Under which URI the world knows a term: its own from where it came, or one of this hub's."""

from __future__ import annotations

import re

from django.conf import settings

from hub.public_ids import ALPHABET, LENGTH
from taxonomy.models import Collection, Concept, ConceptScheme

_PUBLIC_ID = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def root_of(scheme: ConceptScheme) -> str:
    """What the URIs of the scheme's own terms begin with."""
    return scheme.base_uri or f"{settings.SITE_URL}/id/{scheme.slug}/"


def scheme_uri(scheme: ConceptScheme) -> str:
    return scheme.source_uri or root_of(scheme)


def uri_of(thing: Concept | Collection, scheme: ConceptScheme) -> str:
    return thing.source_uri or f"{root_of(scheme)}{thing.public_id}"


def own_public_id(uri: str, scheme: ConceptScheme) -> str:
    """The public id in a URI that is the scheme's own; empty for anybody else's."""
    rest = uri.removeprefix(root_of(scheme))
    return rest if rest != uri and _PUBLIC_ID.fullmatch(rest) else ""


def page_of(slug: str) -> str:
    return f"{settings.SITE_URL}/a-z/{slug}/"


def slug_in(page: str) -> str:
    """Of an address of this hub's A-Z; empty for any other."""
    match = re.fullmatch(re.escape(settings.SITE_URL) + r"/a-z/([\w-]+)/", page)
    return match[1] if match else ""
