"""The register is about public bodies; no field of it is about a person."""

from __future__ import annotations

from typing import Any

from hub.accounts.models import User

FIELDS = {
    "organisations.Organisation": dict.fromkeys(
        [
            *["id", "public_id", "slug", "name", "short_name", "kind", "tier", "nation", "region", "county", "combined_authority"],
            *["population", "website", "about", "established_on", "abolished_on"],
        ],
        "not",
    ),
    "organisations.AlternativeName": dict.fromkeys(["id", "organisation", "name"], "not"),
    "organisations.Identifier": dict.fromkeys(["id", "organisation", "scheme", "value", "valid_from", "valid_to"], "not"),
    "organisations.ChangeEvent": dict.fromkeys(["id", "public_id", "kind", "effective_on", "note", "source"], "not"),
    "organisations.MailDomain": dict.fromkeys(["id", "domain", "organisation"], "not"),
}


def export(user: User) -> dict[str, Any]:
    return {}


def erase(user: User) -> None:
    """Nothing to erase: who recorded a body is not kept."""
