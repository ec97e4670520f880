from __future__ import annotations

import zipfile

import pytest
from django.core.management import CommandError, call_command

from hub.members.models import Role
from tests.factories.members import OfficeFactory

pytestmark = pytest.mark.django_db


def test_a_copy_is_written_for_its_owner_alone_and_over_nothing(member, tmp_path):
    file = tmp_path / "copy.zip"

    call_command("copy_data", member.email.upper(), str(file))

    assert "data.json" in zipfile.ZipFile(file).namelist()
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="there already"):
        call_command("copy_data", member.email, str(file))


def test_an_account_is_closed_only_when_it_is_said_twice(member, capsys):
    call_command("close_account", member.email)
    member.refresh_from_db()
    assert member.is_active
    assert "Your name and email address: They go at once." in capsys.readouterr().out

    call_command("close_account", member.email, "--yes")

    member.refresh_from_db()
    assert (member.is_active, member.last_name) == (False, "")


def test_the_only_administrator_stays(db):
    office = OfficeFactory(role=Role.ADMINISTRATOR)

    with pytest.raises(CommandError, match="only administrator"):
        call_command("close_account", office.user.email, "--yes")


@pytest.mark.parametrize("command", [["copy_data", "nobody@nowhere.example", "x.zip"], ["close_account", "nobody@nowhere.example"]])
def test_somebody_unknown_is_said_to_be(db, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command(*command)
