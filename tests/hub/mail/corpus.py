"""Delivery reports as different mail servers write them, and what only looks like one. Written by hand; the places are invented."""

from __future__ import annotations

TO = "ann@council.example"


def rfc3464(
    action: str, status: str, said: str = "", *, words: str = "Your message could not be delivered.", extra: str = ""
) -> str:
    diagnostic = f"Diagnostic-Code: smtp; {said}\n" if said else ""
    return f"""From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: bounce@hub.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
{extra}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

{words}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 5 May 2026 10:00:00 +0000

Final-Recipient: rfc822; {TO}
Original-Recipient: rfc822;{TO}
Action: {action}
Status: {status}
{diagnostic}
--b
Content-Type: message/rfc822

From: hub@hub.example
Subject: The fortnight

Hello
--b--
"""


def plain(subject: str, body: str, *, sender: str = "MAILER-DAEMON@mx.example", extra: str = "") -> str:
    return f"From: {sender}\nTo: bounce@hub.example\nSubject: {subject}\n{extra}\n{body}\n"


QMAIL = f"""Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{TO}>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 User unknown
Giving up on 192.0.2.1.

--- Below this line is a copy of the message.

Subject: The fortnight
"""

EXIM = f"""This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {TO}
    SMTP error from remote mail server after RCPT TO:<{TO}>:
    550 5.1.1 No such user
"""

COMPLAINT = """From: feedback@provider.example
To: bounce@hub.example
Subject: FW: The fortnight
MIME-Version: 1.0
Content-Type: multipart/report; report-type={type}; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: Feedback/1.0
Version: 1

--b
Content-Type: message/rfc822

From: hub@hub.example

Hello
--b--
"""

HARD, SOFT, GONE_WELL, COMPLAINED, NOTHING = "hard-bounce", "soft-bounce", "delivered", "complaint", ""

# Name: the mail, what it says, the status.
CORPUS: dict[str, tuple[str, str, str]] = {
    "postfix: no such user": (rfc3464("failed", "5.1.1", "550 5.1.1 User unknown"), HARD, "5.1.1"),
    "postfix: no such domain": (rfc3464("failed", "5.4.4", "Host or domain name not found"), SOFT, "5.4.4"),
    "postfix: bad domain": (rfc3464("failed", "5.1.2"), HARD, "5.1.2"),
    "postfix: given up after days": (rfc3464("failed", "4.4.1", "connect to mx: Connection timed out"), SOFT, "4.4.1"),
    "postfix: still trying": (rfc3464("delayed", "4.4.1", "Connection timed out"), NOTHING, ""),
    "postfix: delivered, as somebody asked": (rfc3464("delivered", "2.0.0"), GONE_WELL, "2.0.0"),
    "postfix: relayed": (rfc3464("relayed", "2.0.0"), GONE_WELL, "2.0.0"),
    "exchange: recipient not found": (
        rfc3464("failed", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
        HARD,
        "5.1.10",
    ),
    "exchange: access denied": (rfc3464("failed", "5.4.1", "550 5.4.1 Recipient address rejected: Access denied"), HARD, "5.4.1"),
    "exchange: not permitted": (rfc3464("failed", "5.7.1", "550 5.7.1 RESOLVER.RST.NotAuthorized"), SOFT, "5.7.1"),
    "exchange: mailbox full": (rfc3464("failed", "5.2.2", "554 5.2.2 mailbox full"), SOFT, "5.2.2"),
    "exchange: mailbox disabled": (rfc3464("failed", "5.2.1", "550 5.2.1 Mailbox disabled"), HARD, "5.2.1"),
    "exchange: expired": (rfc3464("failed", "4.4.7", "550 4.4.7 QUEUE.Expired; message expired"), SOFT, "4.4.7"),
    "exchange: too large": (rfc3464("failed", "5.3.4", "552 5.3.4 Message size exceeds fixed limit"), SOFT, "5.3.4"),
    "gmail: no such user": (
        rfc3464("failed", "5.1.1", "550-5.1.1 The email account that you tried to reach does not exist."),
        HARD,
        "5.1.1",
    ),
    "gmail: over quota": (rfc3464("failed", "4.2.2", "452-4.2.2 The recipient's inbox is out of storage space."), SOFT, "4.2.2"),
    "gmail: looks like spam": (rfc3464("failed", "5.7.26", "550-5.7.26 This mail is unauthenticated"), SOFT, "5.7.26"),
    "status only in the words": (rfc3464("failed", "", "550 5.1.1 unknown"), HARD, "5.1.1"),
    "status with a remark": (rfc3464("failed", "5.1.1 (bad destination mailbox address)"), HARD, "5.1.1"),
    "capital action": (rfc3464("Failed", "5.1.1"), HARD, "5.1.1"),
    "folded diagnostic": (rfc3464("failed", "5.1.1", "550 5.1.1\n    unknown\n    here"), HARD, "5.1.1"),
    "qmail": (plain("failure notice", QMAIL), HARD, "5.1.1"),
    "exim": (plain("Mail delivery failed: returning message to sender", EXIM, extra=f"X-Failed-Recipients: {TO}\n"), HARD, "5.1.1"),
    "complaint: abuse": (COMPLAINT.format(type="feedback-report", feedback="abuse"), COMPLAINED, ""),
    "complaint: fraud": (COMPLAINT.format(type="feedback-report", feedback="fraud"), COMPLAINED, ""),
    "feedback: not spam": (COMPLAINT.format(type="feedback-report", feedback="not-spam"), NOTHING, ""),
    "out of office: Outlook": (
        plain("Automatic reply: The fortnight", "I am away until Monday.", sender=TO, extra="Auto-Submitted: auto-replied\n"),
        NOTHING,
        "",
    ),
    "out of office: German": (
        plain("Abwesenheitsnotiz", "Ich bin im Urlaub.", sender=TO, extra="Auto-Submitted: auto-replied; x=y\n"),
        NOTHING,
        "",
    ),
    "out of office without a header": (plain("Out of office", "I am away. Ring 550 5511.", sender=TO), NOTHING, ""),
    "a person answers": (plain("Re: The fortnight", "Thank you!\n\n550 5.1.1 is a strange number.", sender=TO), NOTHING, ""),
    "nothing at all": ("", NOTHING, ""),
    "malformed: no parts": (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\nno boundary here",
        NOTHING,
        "",
    ),
    "malformed: empty status": (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n\n--b--\n',
        NOTHING,
        "",
    ),
    "malformed: nonsense": ("\x00\xff\n\n" + ":" * 5000, NOTHING, ""),
}
