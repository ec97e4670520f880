from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import ReferenceIndex

from hub.media.models import Document, Image
from tests.factories.pages import BriefingPaperIndexPageFactory, BriefingPaperPageFactory, members_only

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


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
