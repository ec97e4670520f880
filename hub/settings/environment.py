"""Every variable the hub reads from its environment, typed and documented.

`hub/docs/settings.md` is printed from this class; nothing else reads the environment.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_SECRET = "development-only-secret-not-for-production"  # noqa: S105 - production refuses it


class Environment(BaseSettings):
    model_config = SettingsConfigDict(extra="ignore")

    secret_key: str = Field(
        DEFAULT_SECRET,
        description="Signs sessions and links, and keys the hashes of addresses. Production needs its own, 50 characters or more; change it and everybody is signed out and past opt-outs are no longer recognised.",
    )
    debug: bool | None = Field(None, description="Tracebacks in the browser. On in development, refused in production.")
    allowed_hosts: str = Field("", description="Host names the hub answers to, separated by commas. Production needs at least one.")
    site_url: str = Field("http://localhost:8000", description="The hub's own address, as it stands in mail and feeds.")
    site_name: str = Field("STEP hub", description="The name in page titles and mail.")
    data_dir: Path = Field(ROOT / "var", description="Where the database file, uploads, search index, cache and mail folder live.")
    database_url: str = Field("", description="postgres://user:password@host/name. Empty: a SQLite file in DATA_DIR.")
    cache_url: str = Field("", description="redis://host:6379/0. Empty: files in DATA_DIR, shared by all processes.")
    trusted_proxies: int = Field(
        0,
        ge=0,
        description="How many proxies of your own stand in front. That many entries of X-Forwarded-For, counted from the right, are believed, and X-Forwarded-Proto; 0 believes neither. Wrong, and all visitors count as one, or anybody can pass for another.",
    )
    email_url: str = Field(
        "",
        description="smtp://user:password@host:25, smtp+tls://…:587 (STARTTLS) or smtps://…:465. Empty: each mail becomes a file in DATA_DIR/mail.",
    )
    email_from: str = Field("STEP hub <hub@localhost>", description="Who the hub's mail is from.")
    second_factor: bool = Field(
        True,
        description="Editors, facilitators and administrators have their rights only once they have a passkey or an authenticator app. The demo switches it off; a hub that people use leaves it on.",
    )
    oidc_server_url: str = Field(
        "",
        description="A council's own sign-in by OpenID Connect, for Microsoft Entra ID `https://login.microsoftonline.com/<tenant>/v2.0`. Empty: off.",
    )
    oidc_client_id: str = Field("", description="The id under which the provider knows the hub.")
    oidc_client_secret: str = Field("", description="The secret that goes with it.")
    oidc_name: str = Field("your council account", description="What the button says after “Sign in with”.")
    oidc_domains: str = Field(
        "",
        description="Mail domains the provider may vouch for, separated by commas. Elsewhere, or where it does not say that it has checked an address, the hub checks the address itself.",
    )
    upload_max_mb: int = Field(20, ge=1, le=50, description="The largest file anybody may upload, in megabytes.")
    demo: bool = Field(
        False, description="Shows the demo's sign-ins and its mail page. `make demo` sets it; refused in production."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much the hub writes to standard error."
    )
    term_proposal_working_days: int = Field(
        10, ge=1, description="Within how many working days an editor decides on a proposal to change the A to Z."
    )
    pytest_db_suffix: str = Field("", description="Tests only: keeps the test databases of two runs apart.")

    @property
    def oidc_origin(self) -> str:
        """Scheme and host of the provider, as a content security policy names them."""
        parts = urlsplit(self.oidc_server_url)
        return f"{parts.scheme}://{parts.netloc}"


def as_table() -> str:
    """The documentation of every variable, as `hub/docs/settings.md` holds it."""
    rows = [
        f"| `{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Environment.model_fields.items()
    ]
    head = "# Settings\n\nThe environment alone decides; with nothing set the hub runs on files beside it. Printed by `python -m hub.settings.environment`.\n\n"
    return head + "| Variable | Default | What it does |\n|---|---|---|\n" + "\n".join(rows) + "\n"


def _default(value: object) -> str:
    if value in ("", None):
        return "(empty)"
    return "`var/` beside the code" if isinstance(value, Path) else f"`{value}`"


if __name__ == "__main__":
    sys.stdout.write(as_table())
