from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from hub.settings.environment import as_table

ROOT = Path(__file__).resolve().parents[3]
GOOD = {"SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": "hub.example"}


def python(*words, **environment):
    """What a process on the production settings says, and whether it ended well."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "hub.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def start(**environment):
    """Only reads the settings: every process does that first, and the apps that follow take two seconds."""
    return python("-c", "import hub.settings.production", **environment)


def test_production_starts_with_a_secret_and_hosts():
    """With its apps it starts below, where Django checks it."""
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


def test_djangos_own_checks_for_production_find_nothing(tmp_path):
    keys = {"HUB_SEAL_KEYS": Fernet.generate_key().decode()}
    sane = {**GOOD, **keys, "SECRET_KEY": secrets.token_urlsafe(50), "SITE_URL": "https://hub.example", "TRUSTED_PROXIES": "1"}

    result = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **sane, DATA_DIR=str(tmp_path))

    assert (result.returncode, result.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), result.stderr


@pytest.mark.parametrize(("proxies", "header"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')")])
def test_the_scheme_is_taken_from_a_proxy_of_ours_or_from_nobody(proxies, header, tmp_path):
    command = "from hub.settings import production; print(production.SECURE_PROXY_SSL_HEADER)"
    result = python("-c", command, **GOOD, TRUSTED_PROXIES=proxies, DATA_DIR=str(tmp_path))

    assert result.stdout.strip() == header


def test_a_number_of_proxies_below_nothing_is_refused():
    assert "trusted_proxies" in start(**GOOD, TRUSTED_PROXIES="-1").stderr


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
