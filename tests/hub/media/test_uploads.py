"""Every way into the store of files leads past the cleaning, and leaves nothing behind when it refuses."""

from __future__ import annotations

import gc
import json
from io import BytesIO

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image as Picture
from wagtail.models import Collection

from hub.media import checks
from hub.media.models import Document, Image
from hub.media.personal_data import erase, files
from tests.hub.media import hostile, made

BACKEND = "hub.members.backends.SignInBackend"
FOLDERS = ("documents", "images", "original_images", "wagtail_uploaded_files")


@pytest.fixture(autouse=True)
def _store_of_its_own(settings, tmp_path):
    """So that no other test's file makes a name longer."""
    settings.MEDIA_ROOT = tmp_path


def content_of(file) -> bytes:
    with file.open("rb") as opened:
        return opened.read()


def stored() -> set[str]:
    names = set()
    for folder in FOLDERS:
        if default_storage.exists(folder):
            names |= {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    return names


@pytest.fixture
def door(client, editor):
    client.force_login(editor, backend=BACKEND)
    return client


@pytest.fixture
def root(db):
    return Collection.get_first_root_node()


def upload(data: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


# Each is (address, the name of the file's field, its form's prefix), as Wagtail's own scripts send it.
IMAGE_WAYS = [
    ("/admin/images/add/", "file", ""),
    ("/admin/images/multiple/add/", "files[]", ""),
    ("/admin/images/chooser/create/", "image-chooser-upload-file", "image-chooser-upload-"),
]
DOCUMENT_WAYS = [
    ("/admin/documents/add/", "file", ""),
    ("/admin/documents/multiple/add/", "files[]", ""),
    ("/admin/documents/chooser/create/", "document-chooser-upload-file", "document-chooser-upload-"),
]


def closed(response):
    """What the request wrote to a temporary file goes now and not when it is collected."""
    response.wsgi_request.close()
    return response


def send(door, way, root, data: bytes, name: str):
    address, field, prefix = way
    said = {f"{prefix}title": "A file", f"{prefix}collection": root.pk, f"{prefix}tags": "", field: upload(data, name)}
    return closed(door.post(address, said, headers={"x-requested-with": "XMLHttpRequest"}))


@pytest.mark.parametrize("way", IMAGE_WAYS, ids=lambda way: way[0])
def test_a_picture_is_cleaned_by_whatever_way_it_comes(door, root, way):
    send(door, way, root, made.picture("PNG", size=(40, 20), exif=made.camera_data(orientation=6)), "Team photo.JPG")

    image = Image.objects.get()
    content = content_of(image.file)
    assert made.PERSON.encode() not in content
    assert (image.width, image.height) == Picture.open(BytesIO(content)).size == (20, 40)
    assert image.file_size == len(content)
    assert image.filename == "team-photo.png"


@pytest.mark.parametrize("way", DOCUMENT_WAYS, ids=lambda way: way[0])
def test_a_document_is_cleaned_by_whatever_way_it_comes(door, root, way):
    send(door, way, root, made.office("docx"), "Our plan.docx")

    document = Document.objects.get()
    content = content_of(document.file)
    assert not any(made.PERSON.encode() in part for part in made.parts_of(content).values())
    assert document.file_size == len(content)
    assert document.filename == "our-plan.docx"


@pytest.mark.parametrize("way", IMAGE_WAYS + DOCUMENT_WAYS, ids=lambda way: way[0])
def test_a_refusal_stands_by_the_field_and_leaves_no_file(door, root, way):
    before = stored()

    response = send(door, way, root, hostile.SVG, "logo.svg")

    shown = response.content.decode() if "json" not in response["Content-Type"] else json.dumps(response.json())
    assert "logo.svg is " in shown
    assert not Image.objects.exists()
    assert not Document.objects.exists()
    assert stored() == before


def test_markup_in_a_file_name_reaches_no_page(door, root):
    response = send(door, IMAGE_WAYS[1], root, b"x", "<img src=x onerror=alert(1)>.png")

    assert "<img" not in response.json()["error_message"]


@pytest.mark.parametrize("way", IMAGE_WAYS + DOCUMENT_WAYS, ids=lambda way: way[0])
def test_a_file_over_the_limit_is_cut_off_and_refused(door, root, way):
    whole = made.picture("PNG") if "images" in way[0] else made.office("docx")
    ending = "png" if "images" in way[0] else "docx"

    response = send(door, way, root, whole + bytes(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE), f"big.{ending}")

    shown = response.content.decode() if "json" not in response["Content-Type"] else json.dumps(response.json())
    assert f"big.{ending} is too big. Make it 20 MB or smaller" in shown
    assert not Image.objects.exists()
    assert not Document.objects.exists()


def test_what_is_beyond_the_limit_is_not_written_to_disk(rf):
    much = upload(bytes(3 * settings.WAGTAILDOCS_MAX_UPLOAD_SIZE), "big.pdf")

    with rf.post("/", {"file": much}).FILES["file"] as kept:
        assert settings.WAGTAILDOCS_MAX_UPLOAD_SIZE < kept.size <= settings.WAGTAILDOCS_MAX_UPLOAD_SIZE + 128 * 1024


@pytest.mark.filterwarnings("ignore:.*photo:pytest.PytestUnraisableExceptionWarning")  # Wagtail leaves the file open
def test_an_upload_whose_title_was_wrong_is_cleaned_when_it_is_kept(door, root):
    data = made.picture("JPEG", exif=made.camera_data())
    said = {"title": "x" * 300, "collection": root.pk, "files[]": upload(data, "photo.jpg")}
    waiting = door.post("/admin/images/multiple/add/", said).json()["uploaded_file_id"]

    prefix = f"uploaded-image-{waiting}"
    address = f"/admin/images/multiple/create_from_uploaded_image/{waiting}/"
    answer = door.post(address, {f"{prefix}-title": "A photo", f"{prefix}-collection": root.pk, f"{prefix}-tags": ""}).json()

    assert answer["success"]
    assert made.PERSON.encode() not in content_of(Image.objects.get().file)
    assert not [name for name in stored() if name.startswith("wagtail_uploaded_files")]
    gc.collect()


def test_code_that_saves_a_file_by_itself_passes_too(db):
    image = Image.objects.create(title="A photo", file=ContentFile(made.picture("JPEG", exif=made.camera_data()), name="p.jpg"))

    assert made.PERSON.encode() not in content_of(image.file)
    with pytest.raises(ValidationError), transaction.atomic():
        Document.objects.create(title="A page", file=ContentFile(hostile.HTML, name="page.html"))
    assert not Document.objects.exists()


def test_a_replaced_picture_goes_from_the_disk_with_its_renditions(db, django_capture_on_commit_callbacks):
    image = Image.objects.create(title="A chart", file=ContentFile(made.picture("PNG"), name="chart.png"))
    old = {image.file.name, image.get_rendition("max-20x20").file.name}
    assert old <= stored()

    with django_capture_on_commit_callbacks(execute=True):
        image.file = ContentFile(made.picture("PNG", size=(50, 50)), name="chart2.png")
        image.save()

    assert not old & stored()
    assert image.file.name in stored()
    assert not image.renditions.exists()


@pytest.mark.parametrize(("kind", "name"), [("images", "new.png"), ("documents", "new.docx")])
def test_an_editor_replaces_a_file_and_the_old_one_goes(door, root, kind, name, django_capture_on_commit_callbacks):
    send(door, (f"/admin/{kind}/add/", "file", ""), root, *_of(kind, "old"))
    upload_of = (Image if kind == "images" else Document).objects.get
    old = upload_of().file.name

    with django_capture_on_commit_callbacks(execute=True):
        path = f"/admin/images/{upload_of().pk}/" if kind == "images" else f"/admin/documents/edit/{upload_of().pk}/"
        send(door, (path, "file", ""), root, *_of(kind, "new"))

    assert upload_of().filename == name
    assert old not in stored()
    assert upload_of().file.name in stored()


def _of(kind: str, stem: str) -> tuple[bytes, str]:
    return (made.picture("PNG"), f"{stem}.png") if kind == "images" else (made.office("docx"), f"{stem}.docx")


def test_a_deleted_file_goes_from_the_disk(db, django_capture_on_commit_callbacks):
    image = Image.objects.create(title="A chart", file=ContentFile(made.picture("PNG"), name="chart.png"))
    document = Document.objects.create(title="A table", file=ContentFile(b"a,b", name="t.csv"))
    gone = {image.file.name, image.get_rendition("max-20x20").file.name, document.file.name}

    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
        document.delete()

    assert not gone & stored()


def test_an_export_names_the_files_and_erasing_leaves_them_without_their_person(db, editor, facilitator):
    for person in (editor, facilitator):
        Image.objects.create(title="A", file=ContentFile(made.picture(), name="a.png"), uploaded_by_user=person)
        Document.objects.create(title="T", file=ContentFile(b"a,b", name="t.csv"), uploaded_by_user=person)

    taken = list(files(editor))

    assert [path.split("/")[0] for path, _, _ in taken] == ["images", "documents"]
    assert all(storage.exists(name) for _, storage, name in taken)
    assert {name for _, _, name in taken}.isdisjoint(name for _, _, name in files(facilitator))

    erase(editor)

    assert list(files(editor)) == []
    assert Image.objects.filter(uploaded_by_user=None).count() == Document.objects.filter(uploaded_by_user=None).count() == 1
    assert all(storage.exists(name) for _, storage, name in taken)


def test_a_pillow_without_a_codec_is_told_of(monkeypatch):
    assert checks.pillow_reads_what_may_be_uploaded() == []

    monkeypatch.setattr(checks.features, "check", lambda codec: codec != "webp")

    assert [error.id for error in checks.pillow_reads_what_may_be_uploaded()] == ["media.E001"]
