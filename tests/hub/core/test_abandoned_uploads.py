from __future__ import annotations

import datetime as dt
import os

import pytest
from django.core.files.base import ContentFile
from wagtail.models import UploadedFile

from hub.core import upkeep

pytestmark = pytest.mark.django_db


def upload(days_ago: float) -> UploadedFile:
    kept = UploadedFile.objects.create(file=ContentFile(b"unfinished", name="photo.jpg"))
    at = (dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago)).timestamp()
    os.utime(kept.file.path, (at, at))
    return kept


def test_an_upload_whose_form_was_never_finished_goes_after_a_day():
    old, new = upload(1.1), upload(0.9)
    storage, names = old.file.storage, (old.file.name, new.file.name)

    assert upkeep.forget_abandoned_uploads() == 1

    assert [storage.exists(name) for name in names] == [False, True]
    assert list(UploadedFile.objects.all()) == [new]


def test_a_row_without_its_file_goes_too():
    kept = upload(0)
    kept.file.storage.delete(kept.file.name)

    assert upkeep.forget_abandoned_uploads() == 1
