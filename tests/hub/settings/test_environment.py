from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.settings.environment import as_table

ROOT = Path(__file__).resolve().parents[3]
GOOD = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "hub.example"}


def start(**environment):
    """What a process on the production settings says, and whether it started."""
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "hub.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_a_secret_and_hosts():
    assert start(**GOOD).returncode == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"DEMO": "true"}, "DEMO"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    ],
)
def test_production_refuses_half_a_configuration_and_says_which_part(wrong, named):
    result = start(**{**GOOD, **wrong})

    assert result.returncode != 0
    assert f"- {named}:" in result.stderr


def test_production_names_everything_that_is_missing_at_once():
    result = start()

    assert "- SECRET_KEY:" in result.stderr
    assert "- ALLOWED_HOSTS:" in result.stderr


def test_a_value_of_the_wrong_type_is_named():
    result = start(**GOOD, LOG_LEVEL="LOUD")

    assert result.returncode != 0
    assert "log_level" in result.stderr


def test_the_table_of_settings_is_up_to_date():
    assert (ROOT / "hub" / "docs" / "settings.md").read_text() == as_table()


def test_only_one_module_reads_the_environment():
    ours = [path for room in ("hub", "taxonomy", "casestudies", "forum", "stepshare") for path in (ROOT / room).rglob("*.py")]

    readers = {path.relative_to(ROOT).as_posix() for path in ours if "os.environ" in (text := path.read_text()) or "getenv" in text}

    # The doors only name the settings module; the demo hands its own environment to its two processes.
    assert readers <= {"hub/wsgi.py", "hub/seed/management/commands/demo.py"}
