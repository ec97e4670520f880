"""What `manage.py checkmail` looks at: DNS, the reports' way back, the rate, what waits, and a copy that somebody received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import parseaddr, parsedate_to_datetime

import dkim
import dns.exception
import dns.resolver
from django.conf import settings
from django.utils import timezone

from hub.mail import queries, tokens
from hub.mail.models import Lane
from hub.public_ids import new_public_id

Resolver = Callable[[str, str], list[str]]  # name and type of record; none found is an empty list

MOST_OFF = dt.timedelta(minutes=5)
SIGNED_TOO = ("list-unsubscribe", "list-unsubscribe-post")


@dataclass(frozen=True)
class Line:
    """`mend` says what to do; empty where all is well."""

    what: str
    found: str
    mend: str = ""


def from_dns(name: str, kind: str) -> list[str]:
    try:
        answers = dns.resolver.resolve(name, kind, lifetime=10)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    if kind == "TXT":
        return [b"".join(answer.strings).decode("utf-8", "replace") for answer in answers]
    return [str(answer) for answer in answers]


def of_setup(resolve: Resolver) -> Iterator[Line]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    bounce = settings.HUB_MAIL["bounce_address"].rpartition("@")[2].lower()
    asked: list[tuple[str, Callable[[str, Resolver], Line], str]] = [
        ("SPF", spf, bounce or domain),
        ("DMARC", dmarc, domain),
        ("Reports", reports, bounce),
    ]
    for what, look, name in asked:
        try:
            yield look(name, resolve)
        except dns.exception.DNSException as error:
            yield Line(what, f"DNS did not answer: {error}", "Look at the name server of this machine and try again.")
    if bounce and not _aligned(bounce, domain):
        yield Line(
            "Alignment",
            f"reports come back to {bounce}, mail is from {domain}",
            f"Choose a BOUNCE_ADDRESS in {domain} or below it, so that SPF counts for DMARC.",
        )
    yield rate()


def spf(domain: str, resolve: Resolver) -> Line:
    found = [text for text in resolve(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    if not found:
        return Line("SPF", f"{domain} has none", f'Add a TXT record to {domain}, such as "v=spf1 include:<your provider> -all".')
    if len(found) > 1:
        return Line("SPF", f"{domain} has {len(found)}", "Leave one: mail servers take two for none.")
    ends = found[0].lower().split()[-1]
    if ends in ("+all", "all"):
        return Line("SPF", found[0], "It lets everybody send in your name: end it with -all or ~all.")
    if ends not in ("-all", "~all", "?all") and not ends.startswith("redirect="):
        return Line("SPF", found[0], "End it with -all or ~all.")
    return Line("SPF", found[0])


def dmarc(domain: str, resolve: Resolver) -> Line:
    """Of the domain, or of the one above it that the whole organisation shares."""
    labels = domain.split(".")
    for place in range(max(1, len(labels) - 1)):
        name = ".".join(["_dmarc", *labels[place:]])
        found = [text for text in resolve(name, "TXT") if text.replace(" ", "").lower().startswith("v=dmarc1")]
        if found:
            tags = dict(part.strip().partition("=")[::2] for part in found[0].split(";"))
            if tags.get("p", "").strip().lower() not in ("none", "quarantine", "reject"):
                return Line("DMARC", found[0], "It names no policy: add p=none, p=quarantine or p=reject.")
            return Line("DMARC", found[0])
    return Line("DMARC", f"{domain} has none", f'Add a TXT record to _dmarc.{domain}, to begin with "v=DMARC1; p=none".')


def reports(domain: str, resolve: Resolver) -> Line:
    if not domain:
        return Line("Reports", "BOUNCE_ADDRESS is not set", "Set it, or the hub never learns which mailboxes are gone.")
    name = new_public_id()
    if tokens.from_address(tokens.address(tokens.token(name)).upper()) != (tokens.REPORT, name):
        return Line(
            "Reports",
            f"an address that we write is not known again: {settings.HUB_MAIL['bounce_address']}",
            "Choose a BOUNCE_ADDRESS with no + before the @ and at most 30 letters there.",
        )
    servers = resolve(domain, "MX")
    if not servers:
        return Line("Reports", f"{domain} has no MX record", f"Add one that leads to the server which pipes {domain} into the hub.")
    return Line("Reports", f"{domain} is received by {', '.join(sorted(servers))}")


def _aligned(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def rate() -> Line:
    per_minute = settings.HUB_MAIL["per_minute"]
    if not settings.HUB_MAIL["host"]:
        return Line("Rate", "EMAIL_URL is not set: mail becomes files", "Set EMAIL_URL to the mail server.")
    return Line(
        "Rate", f"{per_minute} a minute" if per_minute else "no limit of ours (MAIL_PER_MINUTE): right for a server of your own"
    )


# --- What waits -------------------------------------------------------------------------------------

LONGEST_WAIT = dt.timedelta(minutes=15)


def of_ledger(now: dt.datetime) -> Iterator[Line]:
    """What is held or paused does not wait for us."""
    troubles = {trouble.lane: trouble for trouble in queries.troubles()}
    for lane in Lane:
        oldest = queries.oldest_waiting(lane)
        if trouble := troubles.get(lane):
            found = f"{trouble.reason} Since {_at(trouble.since)}, last tried {_at(trouble.last_at)}: {trouble.said}"
            yield Line(
                lane.label, found, "Look at EMAIL_URL and at the mail server, then send yourself a mail: manage.py mail_test."
            )
        elif oldest is not None and now - oldest > LONGEST_WAIT:
            yield Line(lane.label, f"mail of {_at(oldest)} still waits", "See that the worker runs, and what its log says.")
        else:
            yield Line(lane.label, "nothing waits that could go")


def _at(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y, %H:%M}"


# --- A received copy --------------------------------------------------------------------------------


def of_copy(raw: bytes, resolve: Resolver) -> Iterator[Line]:
    mail = message_from_bytes(raw)
    signed = [_signed_headers(value) for value in mail.get_all("DKIM-Signature", [])]
    if not signed:
        yield Line("DKIM", "the copy is not signed", "Switch DKIM on at the mail server or provider, for the domain in EMAIL_FROM.")
    else:
        yield _verified(raw, resolve)
        missing = [name for name in SIGNED_TOO if mail.get(name) and not any(name in names for names in signed)]
        if missing:
            yield Line(
                "DKIM h=",
                f"not signed: {', '.join(missing)}",
                "Add both to the headers that are signed, or one-click leaving does not count (RFC 8058).",
            )
        elif mail.get("List-Unsubscribe"):
            yield Line("DKIM h=", "both List-Unsubscribe headers are signed")
        else:
            yield Line("DKIM h=", "this copy cannot be left by one click", "Give a copy of a bulletin instead.")
    yield _way_back(parseaddr(mail.get("Return-Path", ""))[1])
    yield _clock(str(mail.get("Date", "")), [str(line) for line in mail.get_all("Received", [])])


def _signed_headers(signature: str) -> set[str]:
    tags = dict(part.strip().partition("=")[::2] for part in signature.replace("\r", "").replace("\n", "").split(";"))
    return {name.strip().lower() for name in tags.get("h", "").split(":")}


def _verified(raw: bytes, resolve: Resolver) -> Line:
    def key(name: bytes, timeout: int = 5) -> bytes | None:
        found = resolve(name.decode("ascii").rstrip("."), "TXT")
        return found[0].encode() if found else None

    try:
        holds = dkim.verify(raw, dnsfunc=key)
    except (dkim.DKIMException, dns.exception.DNSException, ValueError) as error:
        return Line("DKIM", f"the signature cannot be read: {error}", "Look at the provider's DKIM page: is the key in DNS?")
    if not holds:
        return Line(
            "DKIM",
            "the signature does not hold",
            "Save the copy as it came (“download original”), and see that the key in DNS is the one that signs.",
        )
    return Line("DKIM", "the signature holds")


def _way_back(return_path: str) -> Line:
    if tokens.from_address(return_path):
        return Line("Return-Path", f"reports of this mail come back to {return_path}")
    return Line(
        "Return-Path",
        return_path or "the copy has none",
        "The provider writes its own: use its webhook (MAIL_WEBHOOK), or let it keep ours.",
    )


def _clock(written: str, received: list[str]) -> Line:
    """Between our Date and the first server that stamped the mail: a wrong clock makes codes expire and mail look like spam."""
    try:
        sent = parsedate_to_datetime(written)
        first = parsedate_to_datetime(received[-1].rpartition(";")[2].strip())
        off = abs(first - sent)
    except (ValueError, TypeError, IndexError):
        return Line("Clock", "the copy does not say when it was received", "Save the copy with all its headers.")
    if off > MOST_OFF:
        return Line("Clock", f"{off} between the hub and the first mail server", "Set this machine's clock by NTP.")
    return Line("Clock", f"{off} between the hub and the first mail server")
