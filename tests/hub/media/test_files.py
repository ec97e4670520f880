from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.urls import NoReverseMatch, reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction, ReferenceIndex

from hub.media.models import Document, Image, Rendition
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory, members_only
from tests.hub.media import made

BACKEND = "hub.members.backends.SignInBackend"


def fetched(client, address):
    """The answer, its file read to the end and closed."""
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def status(client, address):
    return fetched(client, address).status_code


@pytest.fixture
def image(db):
    return Image.objects.create(title="A chart", file=get_test_image_file("chart.png"))


@pytest.fixture
def document(db):
    return Document.objects.create(title="A workbook", file=ContentFile(b"a,b", name="book.csv"))


@pytest.fixture
def paper(image, document):
    paper = BriefingPaperPageFactory(
        parent=BriefingPaperIndexPageFactory(),
        body=[("figure", {"image": image, "caption": ""}), ("download", {"document": document, "about": ""})],
    )
    ReferenceIndex.create_or_update_for_object(paper)
    return paper


def test_a_file_that_a_public_page_cites_is_public(client, image, document, paper):
    assert status(client, image.get_rendition("max-100x100").url) == 200
    assert status(client, document.url) == 200


def test_a_file_that_only_a_members_page_cites_is_for_members(client, member, image, document, paper):
    members_only(paper)
    addresses = [image.get_rendition("max-100x100").url, document.url]

    assert [status(client, address) for address in addresses] == [404, 404]

    client.force_login(member, backend=BACKEND)
    assert [status(client, address) for address in addresses] == [200, 200]


def test_a_file_that_nothing_published_cites_is_for_editors(client, editor, member, document):
    client.force_login(member, backend=BACKEND)
    assert status(client, document.url) == 404

    client.force_login(editor, backend=BACKEND)
    assert status(client, document.url) == 200


def test_original_images_are_for_editors(client, editor, image, paper):
    assert status(client, f"/media/{image.file.name}") == 404

    client.force_login(editor, backend=BACKEND)
    assert status(client, f"/media/{image.file.name}") == 200


def test_a_document_is_always_a_download(client, document, paper):
    response = fetched(client, document.url)

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_wagtails_own_ways_to_files_are_not_there(client, editor, image, document, paper):
    client.force_login(editor, backend=BACKEND)

    for name, numbers in (
        ("wagtaildocs_serve", [document.pk, document.filename]),
        ("wagtailimages_serve", ["x", image.pk, "original"]),
    ):
        with pytest.raises(NoReverseMatch):
            reverse(name, args=numbers)
    assert status(client, f"/documents/{document.pk}/{document.filename}") == 404
    assert status(client, f"/media/{document.file.name}") == 404


def test_a_picture_is_shown_and_can_do_nothing_else(client, image, paper):
    response = fetched(client, image.get_rendition("max-100x100").url)

    assert response["Content-Type"] == "image/png"
    assert "attachment" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_document_can_do_nothing_in_the_page(client, document, paper):
    response = fetched(client, document.url)

    assert response["Content-Type"] == "text/csv"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_of_another_kind_is_a_download(client, image, paper):
    """One that lies in the store from before this rule."""
    rendition = image.get_rendition("max-100x100")
    Rendition.objects.filter(pk=rendition.pk).update(file="images/old.svg")
    rendition.file.storage.save("images/old.svg", ContentFile(b"<svg/>"))

    response = fetched(client, "/media/images/old.svg")

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    rendition.file.storage.delete("images/old.svg")


@pytest.mark.parametrize(
    "headers", [{"range": "bytes=0-3"}, {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}, {"if-none-match": "*"}]
)
def test_no_header_tells_a_visitor_anything_about_a_members_file(client, member, image, document, paper, headers):
    addresses = [image.get_rendition("max-100x100").url, document.url]
    whole = [len(b"".join(client.get(address).streaming_content)) for address in addresses]
    members_only(paper)

    for address in addresses:
        for ask in (client.get, client.head):
            hidden, missing = ask(address, headers=headers), ask("/media/images/nothing.png", headers=headers)
            assert hidden.status_code == missing.status_code == 404
            assert set(hidden.headers) == set(missing.headers)

    client.force_login(member, backend=BACKEND)
    for address, length in zip(addresses, whole, strict=True):
        response = client.get(address, headers=headers)
        assert response.status_code == 200
        assert len(b"".join(response.streaming_content)) == length
        assert "ETag" not in response
        assert "Last-Modified" not in response


def test_head_answers_as_get_does(client, image, paper):
    address = image.get_rendition("max-100x100").url

    response = client.head(address)

    assert response.status_code == 200
    assert int(response["Content-Length"]) == image.get_rendition("max-100x100").file.size
    response.close()


def test_no_file_is_kept_by_a_shared_cache(client, image, paper):
    assert "private" in fetched(client, image.get_rendition("max-100x100").url)["Cache-Control"]
    assert "Cookie" in fetched(client, image.get_rendition("max-100x100").url)["Vary"]


# --- A page changes, and its files with it ----------------------------------------------------------


@pytest.fixture
def addresses(image, document):
    return [image.get_rendition("max-100x100").url, document.url]


def seen(client, addresses):
    return [status(client, address) for address in addresses]


def test_files_follow_a_page_to_members_and_back(client, member, paper, addresses):
    restriction = PageViewRestriction(page=paper, restriction_type=PageViewRestriction.LOGIN)
    restriction.save()
    assert seen(client, addresses) == [404, 404]

    restriction.delete()
    assert seen(client, addresses) == [200, 200]


def test_files_follow_a_page_that_moves_below_a_members_page(client, paper, addresses, home_page):
    closed = BriefingPaperIndexPageFactory(parent=home_page, slug="closed")
    members_only(closed)

    paper.refresh_from_db()
    paper.move(closed, pos="last-child")

    assert seen(client, addresses) == [404, 404]


def test_files_follow_a_page_that_is_unpublished_and_published_again(client, member, paper, addresses):
    paper.save_revision()
    paper.unpublish()
    client.force_login(member, backend=BACKEND)
    assert seen(client, addresses) == [404, 404]

    paper.get_latest_revision().publish()
    assert seen(client, addresses) == [200, 200]


def test_files_of_a_deleted_page_are_for_editors_only(client, member, editor, paper, addresses):
    paper.delete()

    client.force_login(member, backend=BACKEND)
    assert seen(client, addresses) == [404, 404]
    client.force_login(editor, backend=BACKEND)
    assert seen(client, addresses) == [200, 200]


def test_files_that_a_draft_of_a_public_page_cites_stay_hidden(client, member, image, document, addresses):
    page = BriefingPaperPageFactory(parent=BriefingPaperIndexPageFactory())
    page.body = [("figure", {"image": image, "caption": ""}), ("download", {"document": document, "about": ""})]
    draft = page.save_revision()
    client.force_login(member, backend=BACKEND)
    assert seen(client, addresses) == [404, 404]

    draft.publish()
    assert seen(client, addresses) == [200, 200]


def test_files_taken_out_of_a_page_are_hidden_and_come_back_with_its_old_version(client, paper, addresses):
    old = paper.save_revision()
    paper.body = [("text", "<p>Without.</p>")]
    paper.save_revision().publish()
    assert seen(client, addresses) == [404, 404]

    old.publish()
    assert seen(client, addresses) == [200, 200]


def test_files_follow_at_once_even_if_the_worker_sleeps(client, paper, addresses, settings):
    """Wagtail leaves its index of references to a task."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    old = paper.save_revision()
    paper.body = [("text", "<p>Without.</p>")]
    paper.save_revision().publish()
    assert seen(client, addresses) == [404, 404]

    old.publish()
    assert seen(client, addresses) == [200, 200]


def test_a_file_of_a_public_and_of_a_members_page_is_public(client, image, document, paper, addresses):
    other = BriefingPaperPageFactory(parent=paper.get_parent(), body=[("download", {"document": document, "about": ""})])
    ReferenceIndex.create_or_update_for_object(other)
    members_only(paper)
    assert seen(client, addresses) == [404, 200]

    members_only(other)
    assert seen(client, addresses) == [404, 404]


def test_a_scheduled_page_opens_its_files_when_it_appears(client, image, document, addresses):
    page = BriefingPaperPageFactory(parent=BriefingPaperIndexPageFactory(), live=False)
    page.body = [("figure", {"image": image, "caption": ""}), ("download", {"document": document, "about": ""})]
    page.save()
    assert seen(client, addresses) == [404, 404]

    page.save_revision().publish()
    assert seen(client, addresses) == [200, 200]


def test_a_replaced_picture_is_no_longer_served_from_its_old_address(client, image, paper, addresses):
    image.file = ContentFile(made.picture("PNG", size=(70, 70)), name="new.png")
    image.save()

    assert status(client, addresses[0]) == 404
    assert status(client, Image.objects.get().get_rendition("max-100x100").url) == 200


def test_a_file_that_is_missing_from_the_disk_is_not_found(client, document, paper):
    document.file.storage.delete(document.file.name)

    assert status(client, document.url) == 404
