"""Which door opens how often, on one screen. A door is a name for one or more routes that count together.

A route that ends in `*` stands for all of its app that are not named elsewhere.
Only what changes something is counted (POST, PUT, PATCH, DELETE); at a door that `reads`, every request is.

- `address`: tries from one client address. A whole council may sit behind one, so these numbers are large.
- `account`: tries at one account, by the address typed (`asks_for`) or the sign-in under way. NCSC: 10 tries in 5 minutes.
- `person`: tries of one person who is signed in.

A try that signs somebody in is not counted, at the doors where that can happen (`signs_in`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import ResolverMatch

MINUTE, HOUR = 60, 60 * 60
UNDER_WAY: Final = "sign-in under way"


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int


@dataclass(frozen=True)
class Door:
    """`what` completes "too many tries at …" on the page that says so."""

    what: str
    routes: tuple[str, ...]
    address: Limit | None = None
    account: Limit | None = None
    person: Limit | None = None
    asks_for: str = ""
    signs_in: bool = False
    reads: bool = False


DOORS: tuple[Door, ...] = (
    # --- Getting in: whoever guesses stands here ------------------------------------------------------------------------------
    Door(
        "signing in",
        ("account_login",),
        address=Limit(100, 5 * MINUTE),
        account=Limit(10, 5 * MINUTE),
        asks_for="login",
        signs_in=True,
    ),
    Door(
        "asking for a sign-in code",
        ("account_request_login_code",),
        address=Limit(100, 5 * MINUTE),
        account=Limit(5, 5 * MINUTE),
        asks_for="email",
    ),
    # Who gets a code has no account to count by yet; each code allows three tries, and codes are counted above.
    Door("entering a code", ("account_confirm_login_code",), address=Limit(100, 5 * MINUTE), signs_in=True),
    Door(
        "the second step of signing in",
        ("mfa_authenticate",),
        address=Limit(100, 5 * MINUTE),
        account=Limit(10, 5 * MINUTE),
        asks_for=UNDER_WAY,
        signs_in=True,
    ),
    Door(
        "signing in with a passkey", ("mfa_login_webauthn", "openid_connect_login"), address=Limit(100, 5 * MINUTE), signs_in=True
    ),
    Door(
        "making an account",
        ("account_signup", "socialaccount_signup"),
        address=Limit(100, HOUR),
        account=Limit(10, HOUR),
        asks_for="email",
    ),
    Door(
        "asking for a new password",
        ("account_reset_password",),
        address=Limit(50, 5 * MINUTE),
        account=Limit(5, 5 * MINUTE),
        asks_for="email",
    ),
    Door(
        "opening a link from a mail",
        ("account_reset_password_from_key", "account_confirm_email", "bulletin:confirm"),
        address=Limit(100, 5 * MINUTE),
    ),
    # --- One's own account ----------------------------------------------------------------------------------------------------
    Door(
        "proving that it is you",
        (
            *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
            *("account_change_password", "members:close"),
        ),
        person=Limit(10, 5 * MINUTE),
    ),
    Door("changing your addresses", ("account_email",), person=Limit(20, HOUR)),
    Door(
        "changing how you sign in",
        (
            *("account_set_password", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"),
            *("mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "usersessions_list", "socialaccount_connections"),
        ),
        person=Limit(30, 5 * MINUTE),
    ),
    Door("taking your data away", ("members:download",), person=Limit(5, HOUR)),
    # --- Mail to others -------------------------------------------------------------------------------------------------------
    Door(
        "taking the bulletin",
        ("bulletin:subscribe",),
        address=Limit(100, HOUR),
        account=Limit(10, HOUR),
        asks_for="email",
    ),
    Door("asking to join a council", ("members:ask_to_join", "members:join_supplier", "members:send_link"), person=Limit(20, HOUR)),
    Door("sending a complaint", ("members:complain",), address=Limit(30, HOUR), account=Limit(20, HOUR), asks_for="address"),
    Door("reporting something wrong", ("desk:report", "desk:report_any"), address=Limit(60, HOUR), person=Limit(30, HOUR)),
    # --- Looking up -----------------------------------------------------------------------------------------------------------
    Door("searching", ("search:results",), address=Limit(1200, MINUTE), person=Limit(120, MINUTE), reads=True),
    Door(
        "looking for what is similar",
        ("search:similar", "search:similar_opened", "search:similar_answered"),
        person=Limit(240, MINUTE),
    ),
    Door("looking through the members", ("members:people", "members:person"), person=Limit(120, MINUTE), reads=True),
    Door(
        "taking lists away",
        ("stepshare:system_export", "members:people_export"),
        address=Limit(120, 5 * MINUTE),
        person=Limit(20, 5 * MINUTE),
        reads=True,
    ),
    # --- Writing --------------------------------------------------------------------------------------------------------------
    Door("previewing", ("markdown_preview", "forum:preview"), person=Limit(60, MINUTE)),
    Door(
        "asking and answering",
        (
            *("forum:ask", "forum:ask_for", "forum:answer", "forum:comment_on_question", "forum:comment_on_answer"),
            *("forum:edit_question", "forum:edit_answer", "forum:edit_comment"),
        ),
        address=Limit(600, 10 * MINUTE),
        person=Limit(60, 10 * MINUTE),
    ),
    # A script saves while somebody types.
    Door("saving drafts", ("forum:save_draft",), address=Limit(2400, 10 * MINUTE), person=Limit(600, 10 * MINUTE)),
    # Said by each thread that is opened.
    Door("saying what you have read", ("forum:mark_read",), person=Limit(600, 10 * MINUTE)),
    # As few as the directory gives away: it completes names, and is no list of members.
    Door("completing a name", ("forum:mention",), person=Limit(120, MINUTE), reads=True),
    Door(
        "pressing buttons in question time",
        ("forum:*",),
        person=Limit(120, 10 * MINUTE),
    ),
    Door("saying what you were looking for", ("taxonomy:feedback",), address=Limit(60, 10 * MINUTE)),
    Door(
        "completing a term",
        ("taxonomy:suggestions", "taxonomy:alike"),
        address=Limit(2400, MINUTE),
        person=Limit(240, MINUTE),
        reads=True,
    ),
    Door(
        "suggesting terms", ("taxonomy:propose", "taxonomy:propose_word", "taxonomy:suggest_change"), person=Limit(30, 10 * MINUTE)
    ),
    Door("pressing buttons in the A to Z", ("taxonomy:*",), person=Limit(120, 10 * MINUTE)),
    Door("changing your council's record", ("stepshare:*",), person=Limit(120, 10 * MINUTE)),
    Door("changing your profile, or who belongs where", ("members:*",), person=Limit(120, 10 * MINUTE)),
    Door("saying what you want to hear of", ("notifications:*",), person=Limit(120, 10 * MINUTE)),
    Door("deciding at the desk", ("desk:*",), person=Limit(300, 10 * MINUTE)),
    Door("putting the bulletin together", ("bulletin:*",), person=Limit(600, 10 * MINUTE)),
    Door(
        "uploading",
        (
            *("wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages:edit", "wagtailimages_chooser:create"),
            *("wagtaildocs:add", "wagtaildocs:add_multiple", "wagtaildocs:edit", "wagtaildocs_chooser:create"),
            "members:photo_form",
        ),
        person=Limit(200, 10 * MINUTE),
    ),
)

# Every other address of Wagtail's admin. The page editor saves by itself and says every few seconds that somebody is there.
ADMIN_PREFIX = "admin/"
ADMIN = Door("the editing pages", (), person=Limit(1200, 5 * MINUTE))

# Routes that take POST and count nothing, each with its reason.
UNLIMITED: dict[str, str] = {
    "forum:stop_answers": "A mail provider's few servers press it for all their users (RFC 8058), and leaving must always work.",
    "notifications:stop": "A mail provider's few servers press it for all their users (RFC 8058), and leaving must always work.",
    "account_logout": "Nobody is ever kept from signing out, and it does nothing for a visitor.",
    "bulletin:preferences": "Only whoever holds the link from a mail gets to it, and leaving must always work.",
    "bulletin:come_back": "Only whoever holds the link from a mail gets to it; it undoes their own leaving.",
    "bulletin:unsubscribe": "A mail provider's few servers press it for all their users (RFC 8058), and leaving must always work.",
}

_BY_ROUTE = {route: door for door in DOORS for route in door.routes}
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def door_of(match: ResolverMatch | None, method: str | None) -> Door | None:
    """None: this request counts at no door."""
    if match is None:
        return None
    door = _door_by_name(match.view_name) or (ADMIN if match.route.startswith(ADMIN_PREFIX) else None)
    return door if door is not None and (door.reads or method in _CHANGES) else None


def _door_by_name(route: str) -> Door | None:
    if route in UNLIMITED:
        return None
    return _BY_ROUTE.get(route) or _BY_ROUTE.get(f"{route.partition(':')[0]}:*")
