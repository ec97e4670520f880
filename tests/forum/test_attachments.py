"""Files of questions and answers: cleaned, limited, seen by whoever sees the post, gone with their owner."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from forum import actions, personal_data
from forum.actions.attaching import Added, attach
from forum.models import Attachment, Question
from hub.media.cleaning import cleaned_attachment
from tests.factories.forum import AnswerFactory, QuestionFactory
from tests.whole_site.visitors import put_away

BACKEND = "hub.members.backends.SignInBackend"
ASK = "/question-time/ask/"
TYPED = {"title": "How do you bill?", "body": "We try to.", "audience": "public"}


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def as_member(member):
    client = Client()
    client.force_login(member, backend=BACKEND)
    return client


def png(name="chart.png", side=20):
    data = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def csv(name="counts.csv", text="What,How many\nBins,3\n"):
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def added(file):
    return Added(cleaned_attachment(ContentFile(file.read(), name=file.name)), "What it shows")


def test_a_question_is_asked_with_a_picture_and_a_table(as_member):
    as_member.post(ASK, {**TYPED, "file_1": png(), "label_1": "Our  chart", "file_2": csv()})

    picture, table = Attachment.objects.order_by("name")
    question = Question.objects.get()
    page = as_member.get(question.get_absolute_url()).content.decode()
    assert [picture.name, table.name] == ["chart.png", "counts.csv"]
    assert f'<img src="{picture.get_absolute_url()}" alt="Our chart"' in page
    assert f'<img src="{table.get_absolute_url()}"' not in page
    assert f'href="{table.get_absolute_url()}"' in page


def test_a_picture_is_shown_and_everything_else_is_a_download(as_member):
    as_member.post(ASK, {**TYPED, "file_1": png(), "file_2": csv()})

    for attachment in Attachment.objects.all():
        answer = as_member.get(attachment.get_absolute_url())
        shown = not answer.headers["Content-Disposition"].startswith("attachment")
        assert shown == attachment.is_picture
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        put_away(answer)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (lambda: SimpleUploadedFile("evil.svg", b"<svg onload=alert(1)>"), "evil.svg is not a kind of document"),
        (lambda: SimpleUploadedFile("page.html", b"<script>alert(1)</script>"), "page.html is not a kind of document"),
        (lambda: SimpleUploadedFile("empty.csv", b""), "empty.csv is empty"),
        (lambda: SimpleUploadedFile("chart.png", b"<script>alert(1)</script>"), "chart.png"),
        (lambda: SimpleUploadedFile("big.csv", b"a,b\n" * 3_000_000), "big.csv is too big. Make it 10 MB or smaller"),
    ],
)
def test_what_is_refused_is_named_and_nothing_typed_is_lost(as_member, file, said):
    page = as_member.post(ASK, {**TYPED, "file_1": file()}).content.decode()

    assert said in page
    assert 'value="How do you bill?"' in page
    assert not Question.objects.exists()
    assert not Attachment.objects.exists()


def test_an_answer_takes_files_too(as_member, now):
    question = QuestionFactory(audience="members")

    as_member.post(f"/question-time/{question.public_id}/answer/", {"body": "So.", "file_1": csv()})

    assert Attachment.objects.get().answer.question == question


def test_they_are_seen_by_whoever_sees_the_post(member, stranger, visitor, facilitator, now):
    question = QuestionFactory(audience="members", author=member)
    attach(question, [added(csv())], now=now)
    assert not Attachment.objects.visible_to(visitor).exists()
    assert Attachment.objects.visible_to(stranger).exists()

    actions.hide_question(question=question, reason="No.", by=facilitator, now=now)

    assert not Attachment.objects.visible_to(stranger).exists()
    assert Client().get(Attachment.objects.get().get_absolute_url()).status_code == 404
    assert Attachment.objects.visible_to(facilitator).exists()


def test_a_hidden_answer_hides_its_files(stranger, facilitator, now):
    answer = AnswerFactory(question=QuestionFactory(audience="public"))
    attach(answer, [added(csv())], now=now)

    actions.hide_answer(answer=answer, reason="No.", by=facilitator, now=now)

    assert not Attachment.objects.visible_to(stranger).exists()


def test_a_post_without_a_name_takes_none(now, db):
    sealed = QuestionFactory(audience="public", author=None, council=None, is_sealed=True)

    with pytest.raises(PermissionDenied):
        attach(sealed, [added(csv())], now=now)


def test_its_author_takes_it_away_and_the_file_goes(as_member, member, now, django_capture_on_commit_callbacks):
    question = QuestionFactory(audience="public", author=member)
    attach(question, [added(csv())], now=now)
    attachment = Attachment.objects.get()
    path = attachment.file.path

    with django_capture_on_commit_callbacks(execute=True):
        as_member.post(f"/question-time/attachments/{attachment.public_id}/take-away/")

    assert not Attachment.objects.exists()
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: PTH123, SIM115


@pytest.mark.parametrize("make", [QuestionFactory, AnswerFactory])
def test_a_facilitator_is_offered_to_take_it_away(make, client, stranger, facilitator, now):
    post = make()
    attach(post, [added(csv())], now=now)
    press = f"attachments/{Attachment.objects.get().public_id}/take-away/"

    client.force_login(stranger, backend=BACKEND)
    assert press not in client.get(post.get_absolute_url(), follow=True).content.decode()
    client.force_login(facilitator, backend=BACKEND)
    assert press in client.get(post.get_absolute_url(), follow=True).content.decode()
    client.post(f"/question-time/{press}")
    assert not Attachment.objects.exists()


def test_erasing_somebody_takes_their_files(member, now, django_capture_on_commit_callbacks):
    question = QuestionFactory(audience="public", author=member)
    attach(question, [added(csv())], now=now)
    storage, name = Attachment.objects.get().file.storage, Attachment.objects.get().file.name
    assert personal_data.export(member)["files_attached"] == ["counts.csv: What it shows"]
    assert [path.rpartition("-")[2] for path, *_ in personal_data.files(member)] == ["counts.csv"]

    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(member)

    assert not Attachment.objects.exists()
    assert not storage.exists(name)
