"""For a hub people use. Refuses to start half configured, and says what is missing."""

from django.core.exceptions import ImproperlyConfigured

from hub.settings.base import *  # noqa: F403
from hub.settings.base import ALLOWED_HOSTS, TRUSTED_PROXIES, env
from hub.settings.environment import DEFAULT_SECRET

_missing = []
if env.secret_key == DEFAULT_SECRET or len(env.secret_key) < 50:
    _missing.append("SECRET_KEY: set one of your own, 50 characters or more")
if env.debug:
    _missing.append("DEBUG: take it out; it shows tracebacks to visitors")
if env.demo:
    _missing.append("DEMO: take it out; it shows everybody's mail")
if env.oidc_server_url and not (env.oidc_client_id and env.oidc_client_secret and env.oidc_origin.startswith("https://")):
    _missing.append("OIDC_SERVER_URL: it begins with https:// and goes together with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
if env.mail_webhook and ":" not in env.mail_webhook_secret:
    _missing.append("MAIL_WEBHOOK_SECRET: user:password; without it anybody could report bounces")
if not ALLOWED_HOSTS:
    _missing.append("ALLOWED_HOSTS: name the hosts the hub answers to")
if "*" in ALLOWED_HOSTS:
    _missing.append("ALLOWED_HOSTS: name the hosts; * lets anybody forge links in our mail")
if _missing:
    raise ImproperlyConfigured("The hub does not start in production until these are put right:\n- " + "\n- ".join(_missing))

DEBUG = False
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
# Without a proxy of ours the header would be the visitor's own word.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
