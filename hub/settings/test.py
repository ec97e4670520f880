"""For the tests: fast hashing, mail in memory of the ledger, tasks at once, an index for each process."""

import tempfile
from pathlib import Path

from hub.settings.base import *  # noqa: F403
from hub.settings.base import DATABASES, HUB_MAIL, STORAGES, env

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost"]
SITE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
DATA_DIR = Path(tempfile.mkdtemp(prefix="hub-tests-"))
MEDIA_ROOT = DATA_DIR / "media"
HUB_TALLIES = DATA_DIR / "tallies"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
SEARCH_INDEX_DIR = DATA_DIR / "search"
WAGTAILSEARCH_BACKENDS = {
    audience: {"BACKEND": "hub.search.engines.whoosh_backend", "PATH": SEARCH_INDEX_DIR, "AUDIENCE": audience}
    for audience in ("default", "public", "members")
}
HUB_MAIL = {
    **HUB_MAIL,
    "folder": DATA_DIR / "mail",
    "host": "",
    "port": 25,
    "username": "",
    "password": "",
    "starttls": False,
    "tls": False,
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Most tests are about what an office may do; those of the second factor switch it on.
SECOND_FACTOR_REQUIRED = False
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
# Tests of limits switch them on; the others ask more often than any person.
HUB_LIMITS = {"enforced": False, "redis": "", "file": DATA_DIR / "limits.sqlite3"}
# Each test starts from an empty cache; processes of one run must not share it.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if env.pytest_db_suffix:
    DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_hub_{env.pytest_db_suffix}"
# Two, so that what an earlier key sealed is opened too.
HUB_SEAL_KEYS = ["dGVzdHMtb25seS1zZWFsLWtleS1maXJzdC1vZi0ydyE=", "dGVzdHMtb25seS1zZWFsLWtleS1lYXJsaWVyLW9uZSE="]
