"""Nor in the files that stand under posts: not by their names and labels, and not by what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from playwright.sync_api import Error, Page, Route

from forum.actions.attaching import Added, attach
from forum.models import Attachment
from hub.media.cleaning import cleaned_attachment
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.factories.members import MembershipFactory
from tests.journeys import vectors
from tests.journeys.firing import HOME, assert_nothing_fires, assert_would_fire, show, signed_in

pytestmark = pytest.mark.django_db

Files = dict[str, tuple[dict[str, str], bytes]]  # by address: headers and body

# What is no table, under a table's name: as it is, and with enough commas to pass for one.
RUNNING = {
    "page": "<!doctype html><html><body><script>alert(1)</script><img src=x onerror=alert(2)></body></html>",
    "drawing": '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(3)"><script>alert(4)</script></svg>',
    "feed": '<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(5)</x:script>',
    "script": "alert(6)",
    "refresh": '<meta http-equiv="refresh" content="0;url=javascript:alert(9)">',
}
DISGUISED = RUNNING | {f"table-{name}": f"What,How many\n{text},1\n" for name, text in RUNNING.items()}
# Every way in which a page takes another file into itself.
TAKEN_IN = (
    "<script src='{u}'></script><script type=module src='{u}'></script><link rel=stylesheet href='{u}'>"
    "<img src='{u}'><svg><use href='{u}#x'/></svg><video src='{u}'></video>"
)
FRAMED = "<iframe src='{u}'></iframe><object data='{u}'></object><embed src='{u}'>"


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def add(name: str, text: str, label: str, now) -> Attachment:
    """As a browser sends it, past the form, which would take no more than three."""
    answer = AnswerFactory(question=QuestionFactory())
    attach(answer, [Added(cleaned_attachment(ContentFile(text.encode(), name=name)), label)], now=now)
    return Attachment.objects.get(answer=answer)


def test_in_their_names_and_labels(shown: Page, now) -> None:
    """Under a question, to its author, who has a button for each; and in an answer."""
    asker = MembershipFactory().user
    question = QuestionFactory(author=asker)
    for number, vector in enumerate(vectors.bare()):
        text = vector.replace("\0", "")
        file = cleaned_attachment(ContentFile(b"What,How many\nBins,3\n", name=f"{text.replace('/', ' ')}.csv"))
        attach(question if number % 2 else AnswerFactory(question=question), [Added(file, text[:200])], now=now)
    page = signed_in(asker).get(question.get_absolute_url()).content.decode()

    assert page.count("alert(") > 50
    assert_nothing_fires(shown, page)
    assert_would_fire(shown, page)


def test_a_name_of_their_own_choosing_that_no_cleaning_has_met(shown: Page, now) -> None:
    """Rows of an import, or of an earlier version, with names as they came."""
    question = QuestionFactory()
    for vector in vectors.bare():
        text = vector.replace("\0", "").replace("/", " ").replace("\n", " ")[:80]
        Attachment.objects.create(file="attachments/a.csv", name=text, label=text, size=3, added_at=now, question=question)
    page = signed_in(MembershipFactory().user).get(question.get_absolute_url()).content.decode()

    assert page.count("alert(") > 90
    assert_nothing_fires(shown, page)
    assert_would_fire(shown, page)


@pytest.mark.parametrize("ending", ["svg", "html", "htm", "xhtml", "xml", "js", "txt", "svg.txt", "csv.html"])
def test_what_could_run_by_its_name_is_refused(ending: str) -> None:
    for text in DISGUISED.values():
        with pytest.raises(ValidationError, match="is not a kind of document"):
            cleaned_attachment(ContentFile(text.encode(), name=f"chart.{ending}"))


def taken(now) -> Files:
    """The disguised that pass as tables, and how they are answered with."""
    client, found = signed_in(MembershipFactory().user), {}
    for name, text in DISGUISED.items():
        try:
            file = add(f"{name}.csv", text, "", now)
        except ValidationError:
            continue
        answer = client.get(file.get_absolute_url())
        found[f"{HOME.rstrip('/')}{file.get_absolute_url()}"] = dict(answer.items()), b"".join(answer.streaming_content)
        answer.close()
    return found


def serve(page: Page, files: Files, html: str = "") -> None:
    page.unroute_all()

    def answer(route: Route) -> None:
        if route.request.url in files:
            headers, body = files[route.request.url]
            route.fulfill(headers=headers, body=body)
        elif route.request.url == HOME:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.abort()

    page.route("**/*", answer)


def fired_by(page: Page, files: Files, html: str) -> list[str]:
    """What a page of the hub's own address fires that takes these in."""
    serve(page, files, html)
    page.goto(HOME)
    page.wait_for_timeout(400)
    # A frame of the same site could reach what is around it; its own window has a list of its own.
    return [said for frame in page.frames for said in frame.evaluate("window.fired || []")]


def test_what_they_hold(shown: Page, now) -> None:
    """Opened, they are downloads, with the header that says so and without; taken into a page, they do nothing."""
    files = taken(now)
    assert len(files) >= 5  # a table may hold any words
    for headers, _ in files.values():
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Content-Type"].startswith("text/csv")

    opened = {
        address: ({name: value for name, value in headers.items() if name != "Content-Disposition"}, body)
        for address, (headers, body) in files.items()
    }
    for answers in (files, opened):
        serve(shown, answers)
        for address in answers:
            with pytest.raises(Error, match=r"Download is starting|ERR_ABORTED"):
                shown.goto(address)
        for frame in (TAKEN_IN, FRAMED):
            page = "<!doctype html><meta charset=utf-8><body>" + "".join(frame.format(u=address) for address in answers)
            assert fired_by(shown, answers, page) == []


def test_the_same_words_without_those_headers_would_run(shown: Page, now) -> None:
    """One after the other: each header that is missing is one thing less in the way."""
    as_page = {address: ({"Content-Type": "text/html"}, body) for address, (_, body) in taken(now).items()}
    framed = "<!doctype html><meta charset=utf-8><body>" + "".join(FRAMED.format(u=address) for address in as_page)
    as_script = {f"{HOME}a.js": ({"Content-Type": "text/javascript"}, DISGUISED["script"].encode())}

    assert fired_by(shown, as_page, framed) != []
    assert fired_by(shown, as_script, TAKEN_IN.format(u=f"{HOME}a.js")) != []
    assert show(shown, f"<!doctype html><body>{DISGUISED['drawing']}")[0] != []
