"""The mail as it is read: small enough, in words alone as well, and legible in light and dark."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.bulletin import writing
from hub.bulletin.models import ALL_SECTIONS, BulletinIssue
from hub.bulletin.writing import Entry
from hub.core.markdown import render
from tests.factories.bulletin import BulletinIssueFactory
from tests.hub.bulletin import contrast

OPENING = "Hello, **all**. See [the terms](/a-z/).\n\n- one\n- two\n\nLynn"


def entry(number, section, **given) -> Entry:
    words = {
        "title": f"Item {number}: what a district council learned when it let people report a missed bin by themselves",
        "url": f"/{section}/item-{number}-what-a-district-council-learned-when-it-let-people-report/",
        "kicker": "Case study · Ambleford District Council, revised 4 May 2026",
        "summary": "Eleven systems became two, and the contact centre could see less than before for 51 weeks. " * 2,
        "note": "The part where it went badly is the part to read, & thank you to Aoife for leaving it in.",
    }
    return Entry(public_id=str(number), section=section, **{**words, **given})


def forty() -> list[writing.Part]:
    return writing.parts([entry(number, ALL_SECTIONS[number % 3]) for number in range(40)])


@pytest.fixture
def mail(db):
    return writing.write(BulletinIssueFactory(title="STEP bulletin 7", opening=OPENING, opening_html=render(OPENING)), forty())


def test_an_issue_of_forty_items_is_not_cut_off(mail):
    """`-s` prints the figure."""
    print(f"\n40 items: {mail.size} bytes of encoded HTML, {len(mail.text)} characters of text")  # noqa: T201 - what -s is for

    assert mail.size < writing.LARGEST


def test_the_text_part_says_all_that_the_html_says(mail):
    soup = BeautifulSoup(mail.html, "html.parser")
    for part in forty():
        assert part.section.label.upper() in mail.text
        assert part.section.label in soup.get_text()
        for each in part.entries:
            for words in (each.title, each.kicker, each.summary.strip(), each.note):
                assert words in mail.text
                assert words in soup.get_text()
    shown = {link["href"] for link in soup.find_all("a")}
    assert all(link in mail.text for link in shown - {"http://testserver/a-z/"})
    assert "<" not in mail.text


def test_a_screen_reader_meets_a_document_with_a_language_a_title_and_headings_in_order(mail):
    soup = BeautifulSoup(mail.html, "html.parser")

    assert soup.html["lang"] == "en-GB"
    assert soup.title.string == "STEP bulletin 7"
    headings = [int(heading.name[1]) for heading in soup.find_all(re.compile("^h[1-6]$"))]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert headings.count(2) == 3
    assert headings.count(3) == 40
    assert all(after - before <= 1 for before, after in pairwise(headings))
    assert {table.get("role") for table in soup.find_all("table")} == {"presentation"}
    assert all(link.get_text(strip=True) for link in soup.find_all("a"))
    assert all(image.get("alt") is not None for image in soup.find_all("img"))


def test_it_needs_no_image_no_script_and_nothing_from_elsewhere(mail):
    assert not re.search(r"<(img|script|link|iframe)|url\(|@import", mail.html)


def test_what_a_mailbox_shows_beside_the_subject_is_the_first_titles(mail):
    preheader = BeautifulSoup(mail.html, "html.parser").body.div.get_text()

    assert preheader.startswith("Item 0: what a district council learned")
    assert len(preheader) <= writing.LONGEST_PREHEADER


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_is_large_and_dark_enough(mail, dark):
    words = contrast.read(mail.html, dark=dark)

    assert len(words) > 150
    assert [word for word in words if word.ratio < 4.5] == []
    assert [word for word in words if word.size < 16] == []
    assert min(word.ratio for word in words) < max(word.ratio for word in words)


def test_dark_is_dark(mail):
    assert contrast.ratio("#ffffff", "#000000") == 21
    light, dark = (contrast.Reader(rules) for rules in ([], contrast.dark_rules(mail.html)))
    for reader in (light, dark):
        reader.feed(re.sub(r"<!--.*?-->", "", mail.html, flags=re.DOTALL))

    assert [rule.steps for rule in dark.rules if "background-color" in rule.style] == [["body"], [".b"]]
    assert 'name="color-scheme" content="light dark"' in mail.html
    assert [word.ratio for word in light.words] != [word.ratio for word in dark.words]


def test_what_only_members_may_read_is_a_title_and_a_link(db):
    closed = entry(1, ALL_SECTIONS[1], is_link_only=True)

    mail = writing.write(BulletinIssueFactory(), writing.parts([closed]), edition_line="For members")

    for said in (BeautifulSoup(mail.html, "html.parser").get_text(), mail.text):
        assert closed.title in said
        assert "Members only" in said
        assert "For members" in said
        assert closed.kicker not in said
        assert closed.summary not in said
        assert closed.note not in said
    assert closed.link in mail.html
    assert closed.link in mail.text


@settings(max_examples=40, deadline=None)
@given(
    words=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
    marks=st.text("<>&;\"'{}[]%*_`#|\n ab1", max_size=80),
)
def test_whatever_people_type_comes_out_as_they_typed_it(words, marks):
    parts = writing.parts([entry(1, ALL_SECTIONS[0], title=words, note=marks, url="/x/")])

    mail = writing.write(BulletinIssue(number=1, title=words, opening="Hello.", opening_html=render("Hello.")), parts)

    soup = BeautifulSoup(mail.html, "html.parser")
    assert soup.h3.get_text().split() == writing.NOT_XML.sub("", words).split()
    assert soup.find_all("p", "p")[2].get_text().split() == marks.split() if marks.strip() else True

    # The opening is Markdown, and may have headings of its own.
    mail = writing.write(BulletinIssue(number=1, title=words, opening=marks, opening_html=render(marks)), parts)

    soup = BeautifulSoup(mail.html, "html.parser")
    assert {tag.name for tag in soup.body.find_all(True)}.isdisjoint({"script", "img", "b", "ab", "a1"})
