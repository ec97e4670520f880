"""For a developer's machine and the demo: nothing has to be set."""

from hub.settings.base import *  # noqa: F403
from hub.settings.base import ALLOWED_HOSTS, STORAGES, env

DEBUG = env.debug if env.debug is not None else not env.demo
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]", "testserver"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
