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
# The demo's people are invented, so there is nobody to protect.
DEMO_SEAL_KEY = "ZGVtby1vbmx5LXNlYWwta2V5LWZvci1ub2JvZHktISE="
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
    email_reply_to: str = Field(
        "", description="A mailbox that somebody reads: where an answer to any mail of the hub goes. Empty: to EMAIL_FROM."
    )
    mail_connections: int = Field(
        1,
        ge=1,
        le=4,
        description="How many connections the worker keeps open for bulletins. More than one only on PostgreSQL, and only helps if the mail server is far away or the disk slow; a power cut leaves at most one mail in doubt for each.",
    )
    mail_per_minute: int = Field(
        0, ge=0, description="How many mails a minute the mail provider allows; all connections share it. 0: no limit."
    )
    mail_lease_seconds: int = Field(
        120,
        ge=1,
        description="How long the next few mails belong to a sender. After a crash they go on when it ends, and what was being handed over is listed as uncertain after five times as long.",
    )
    bounce_address: str = Field(
        "",
        description="Where delivery reports come back to, such as bounce@hub.example.gov.uk; each mail gets one of its own, bounce+…@. Its mail has to be piped into `manage.py receive_mail` (see check-the-mail-set-up). Empty: reports go to EMAIL_FROM and the hub does not learn of them.",
    )
    mail_webhook: str = Field(
        "",
        description="The provider whose webhook tells of bounces and complaints, as django-anymail names it: postmark, mailgun, sendgrid … It needs the extra `anymail` and is then at /mail/<provider>/tracking/. Empty: none.",
    )
    mail_webhook_secret: str = Field("", description="user:password that the provider sends with each call of the webhook.")
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
    help_asked_by_the_hub: bool = Field(
        False,
        description="Who asks people to help with a question that nobody answered for two working days: the hub itself, or (off) a facilitator, who is shown whom it would ask.",
    )
    help_requests_a_month: int = Field(4, ge=1, description="How many such requests anybody gets in 30 days, at the most.")
    bulletin_ramp: int = Field(
        25, ge=1, description="How many people get a bulletin first, before the others do. A shorter list goes in one."
    )
    bulletin_ramp_minutes: int = Field(10, ge=0, description="How long the others wait to see whether mail comes back.")
    bulletin_ramp_percent: int = Field(
        10,
        ge=0,
        le=100,
        description="If more than this share of the first is refused or comes back, the bulletin pauses and says why.",
    )
    hub_seal_keys: str = Field(
        "",
        description="Seal the names of those who write without one; separated by commas, the first seals and all open. `manage.py make_seal_key` prints one. Keep them apart from the backups of the database. Empty: nobody can write without their name.",
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
