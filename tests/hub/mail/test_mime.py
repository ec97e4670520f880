"""The header contract, and markers that survive their encoding."""

from __future__ import annotations

import email
import email.policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.mail import mime
from hub.mail.models import Lane
from tests.conftest import NOW

FIELDS = {"name": "Zoë <b>", "unsubscribe_url": "https://hub.example/bulletin/leave/abc?x=1&y=2"}


def written(*, subject="Question time", fields=FIELDS, lane=Lane.BULK, **given):
    defaults = {
        "text": "Dear [[name]],\n\nLeave: [[unsubscribe_url]]\n",
        "html": '<p>Dear [[name]]</p><a href="[[unsubscribe_url]]">Leave</a>',
    }
    data = mime.build(stream="bulletin", lane=lane, names=frozenset(fields), **{**defaults, **given})
    mime.check_fields(mime.markers(data), fields)
    return mime.Template(data=data, subject=subject).splice(
        to="ann@council.example", message_id="abc.def@hub.example", date=NOW, fields=fields
    )


def parsed(data):
    return email.message_from_bytes(data, policy=email.policy.default)


def test_each_person_s_fields_stand_in_both_bodies_and_are_escaped_in_html():
    mail = parsed(written())

    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert text.replace("\r\n", "\n").startswith("Dear Zoë <b>,\n\nLeave: https://hub.example/bulletin/leave/abc?x=1&y=2\n")
    assert html.strip() == '<p>Dear Zoë &lt;b&gt;</p><a href="https://hub.example/bulletin/leave/abc?x=1&amp;y=2">Leave</a>'


def test_a_bulletin_carries_the_headers_of_a_list_and_one_click_unsubscribe():
    mail = parsed(written())

    assert mail["List-Id"] == "<bulletin.testserver>"
    assert mail["List-Unsubscribe"] == f"<{FIELDS['unsubscribe_url']}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply, DR, RN, NRN"
    assert mail["Message-ID"] == "<abc.def@hub.example>"
    assert mail["Date"].datetime == NOW
    assert mail["To"] == "ann@council.example"


def test_answers_go_to_the_mailbox_that_somebody_reads(settings):
    assert parsed(written())["Reply-To"] is None
    settings.HUB_MAIL = {**settings.HUB_MAIL, "reply_to": "STEP <step@council.example>"}

    assert parsed(written())["Reply-To"] == "STEP <step@council.example>"
    assert parsed(written(headers={"Reply-To": "desk@council.example"}))["Reply-To"] == "desk@council.example"


def test_a_sign_in_mail_is_no_list():
    mail = parsed(written(lane=Lane.SIGN_IN, fields={"name": "Ann"}, text="[[name]]", html=""))

    assert mail["List-Id"] is None
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content_type() == "text/plain"


def test_a_mailto_and_an_address_may_stand_together_in_the_unsubscribe_header():
    mail = parsed(written(headers={"List-Unsubscribe": "<[[unsubscribe_url]]>, <mailto:leave@hub.example>"}))

    assert str(mail["List-Unsubscribe"]).split() == [f"<{FIELDS['unsubscribe_url']}>,", "<mailto:leave@hub.example>"]


def test_a_mail_of_a_thread_names_what_it_answers_and_what_began_it():
    thread = [f"post.{number}" for number in range(300)]
    data = written(references=thread, list_id="thread-notify")
    mail = parsed(data)

    assert mail["In-Reply-To"] == "<post.299@testserver>"
    assert mail["References"].split() == [f"<post.{number}@testserver>" for number in (0, *range(290, 300))]
    assert mail["List-Id"] == "<thread-notify.testserver>"
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))


@pytest.mark.parametrize("left", ["a b", "a>\r\nBcc: b@c.example", "a@b", "é", "", "a..b"])
def test_what_cannot_be_a_message_id_is_refused(left):
    with pytest.raises(ValueError, match="Message-ID"):
        mime.message_id(left)


def test_names_in_other_letters_arrive_as_they_are():
    data = written(
        headers={"From": "Zoë Ångström <hub@hub.example>", "Reply-To": "Frågor <ask@bücher.example>"}, subject="Ŵyl " * 40
    )
    mail = parsed(data)

    assert mail["From"].addresses[0].display_name == "Zoë Ångström"
    assert mail["Reply-To"].addresses[0].addr_spec == "ask@xn--bcher-kva.example"
    assert mail["Subject"] == ("Ŵyl " * 40).strip()
    assert data.isascii()


def test_a_name_longer_than_an_encoded_word_is_cut_and_joined_again():
    name = "Zoë Ångström-Łukasiewicz über den Dächern von Aberystwyth fŵl " * 2

    raw = email.message_from_bytes(written(headers={"From": f"{name}<hub@hub.example>"}))["From"]

    # The older decoder: the newer one (Python 3.11) keeps the fold inside an address header as a space.
    assert str(make_header(decode_header(raw))) == f"{name}<hub@hub.example>"
    assert all(len(word) <= 75 for word in raw.split())


def test_a_subject_with_line_breaks_becomes_one_line_and_injects_nothing():
    mail = parsed(written(subject="Hello\r\nBcc: all@council.example\n\nbody"))

    assert mail["Subject"] == "Hello Bcc: all@council.example body"
    assert mail["Bcc"] is None


def test_a_subject_may_carry_a_marker():
    mail = parsed(written(subject="For [[name]] and [[nobody]]"))

    assert mail["Subject"] == "For Zoë <b> and [[nobody]]"


def test_a_subject_that_looks_encoded_arrives_as_it_was_typed():
    assert parsed(written(subject="=?utf-8?q?Bank_of_Hub?="))["Subject"] == "=?utf-8?q?Bank_of_Hub?="


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Note": "a\r\nBcc: b@c.example"},
        {"X-Note\r\nBcc": "b@c.example"},
        {"To": "b@c.example"},
        {"Message-ID": "<a@b>"},
        {"Content-Type": "text/html"},
        {"Reply-To": "not an address"},
    ],
)
def test_headers_that_are_ours_or_inject_are_refused(headers):
    with pytest.raises(ValueError, match=r"header|ledger"):
        written(headers=headers)


@pytest.mark.parametrize("url", ["https://x.example/\r\nBcc: b@c.example", "https://x.example/ä", "https://x.example/" + "a" * 900])
def test_a_field_that_would_break_a_header_is_refused_when_it_is_posted(url):
    with pytest.raises(ValueError, match="field for a header"):
        written(fields={**FIELDS, "unsubscribe_url": url})


def test_what_an_author_types_never_passes_for_a_marker():
    typed = "[[nobody]] [[text:name]] =[[text:name]] [[html:name]] [[[[name]]]]"

    text = parsed(written(text=typed, fields={"name": "Ann"}, html="")).get_content()

    assert text.strip() == "[[nobody]] [[text:name]] =[[text:name]] [[html:name]] [[Ann]]"


def test_an_attachment_arrives_whole_under_its_own_name():
    attachment = mime.Attachment("Tagesordnung für Mai.ics", b"BEGIN:VCALENDAR\r\n[[name]]\r\n", "text/calendar")

    part = next(parsed(written(attachments=[attachment])).iter_attachments())

    assert part.get_filename() == attachment.filename
    assert part.get_payload(decode=True) == attachment.content
    assert part.get_content_type() == "text/calendar"


@given(before=st.text(), value=st.text(), after=st.text())
def test_whatever_is_written_arrives_and_every_line_is_short(before, value, after):
    readable = str.maketrans({"\r": "\n", "[": "(", "\ud800": "?"})
    before, value, after = (part.encode("utf-8", "replace").decode().translate(readable) for part in (before, value, after))

    data = written(text=f"{before}[[name]]{after}", html="", fields={"name": value}, lane=Lane.SIGN_IN)

    body = parsed(data).get_payload(decode=True).decode().replace("\r\n", "\n")
    assert body == f"{before}{value}{after}\n"
    assert data.isascii()
    assert all(len(line) <= 78 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


@given(subject=st.text(max_size=255), name=st.text(max_size=80))
def test_no_subject_or_name_makes_a_header_of_its_own(subject, name):
    data = written(subject=subject, fields={"name": name}, text="[[name]]", html="")
    head = data.split(b"\r\n\r\n")[0]

    names = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith(b" ")]

    assert names == [
        *(b"Message-ID", b"Date", b"To", b"Subject", b"From", b"Auto-Submitted", b"X-Auto-Response-Suppress", b"List-Id"),
        *(b"MIME-Version", b"Content-Type", b"Content-Transfer-Encoding"),
    ]
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
