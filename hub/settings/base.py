"""What holds however the hub is run."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_INLINE

from hub.settings.environment import (
    DEMO_SEAL_KEY,
    ROOT,
    Environment,
)

env = Environment()

BASE_DIR = ROOT
DATA_DIR = env.data_dir
SECRET_KEY = env.secret_key
DEBUG = bool(env.debug)
DEMO = env.demo
ALLOWED_HOSTS = [host.strip() for host in env.allowed_hosts.split(",") if host.strip()]
SITE_URL = env.site_url.rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "hub.home",
    "hub.desk",
    "hub.bulletin",
    "hub.search",
    "casestudies",
    "forum",
    "hub.library",
    "hub.events",
    "stepshare",
    "hub.notifications",
    "hub.members",
    "hub.organisations",
    "hub.mail",
    "taxonomy",
    "hub.core",
    "hub.media",
    "hub.accounts",
    "hub.seed",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "wagtail.contrib.redirects",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks_db",
    "django_filters",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
]

MIDDLEWARE = [
    "hub.core.middleware.ClientAddressMiddleware",
    "hub.core.middleware.SafetyHeadersMiddleware",  # outside everything that answers, so that every answer has them
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hub.core.limits.middleware.LimitsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.members.middleware.SecondFactorMiddleware",
    "hub.core.middleware.VisibleRedirectMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.core.context.site",
                "hub.notifications.context.news",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data -------------------------------------------------------------------------------------

# Also of a file that DATABASE_URL names.
_SQLITE_OPTIONS = {
    # A write takes the lock when its transaction begins, so two writers wait instead of failing half way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
if env.database_url:
    DATABASES: dict[str, Any] = {"default": dj_database_url.parse(env.database_url, conn_max_age=60, conn_health_checks=True)}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "hub.sqlite3"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {**_SQLITE_OPTIONS, **DATABASES["default"].get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

if env.cache_url:
    CACHES: dict[str, Any] = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.cache_url}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}}

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ROOT / "hub" / "static"]
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "hub.members.backends.SignInBackend",
    "hub.members.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "hub.members.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # link scanners follow every GET
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever did not change their own password hears of it
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # a council's mail filter takes its time; the mail is dropped from the queue then too
ACCOUNT_SIGNUP_FORM_CLASS = "hub.members.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "hub.members.sign_in_forms.LoginForm",
    "signup": "hub.members.sign_in_forms.SignupForm",
    "change_password": "hub.members.sign_in_forms.ChangePasswordForm",
    "set_password": "hub.members.sign_in_forms.SetPasswordForm",
    "reset_password_from_key": "hub.members.sign_in_forms.ResetPasswordKeyForm",
    "confirm_login_code": "hub.members.sign_in_forms.ConfirmLoginCodeForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "hub.members.reset_tokens.ResetTokenGenerator"  # noqa: S105 - a name
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

# Editors, facilitators and administrators have their rights only with a passkey or an authenticator app.
SECOND_FACTOR_REQUIRED = env.second_factor and not env.demo
MFA_ADAPTER = "hub.members.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # phones' clocks differ from ours by up to half a minute
# Nobody gets as far as setting one up without a confirmed address. Otherwise whoever has a second factor could never add
# the address of the council that theirs is merged into.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "add_webauthn": "hub.members.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "hub.members.sign_in_forms.NamePasskeyForm",
    "login_webauthn": "hub.members.sign_in_forms.LoginPasskeyForm",
    "activate_totp": "hub.members.sign_in_forms.AddAppForm",
    "authenticate": "hub.members.sign_in_forms.SecondStepForm",
    "reauthenticate": "hub.members.sign_in_forms.ReauthenticateByCodeForm",
}
USERSESSIONS_TRACK_ACTIVITY = False  # it would write on every GET

# One council's, or one group of councils', own sign-in by OpenID Connect.
SOCIALACCOUNT_ADAPTER = "hub.members.adapters.CouncilSignInAdapter"
SOCIALACCOUNT_FORMS = {"disconnect": "hub.members.sign_in_forms.DisconnectForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False  # people see what they agree to, and put their name right
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # from then on the provider's own id counts, whatever the address becomes
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
OIDC_DOMAINS = [domain.strip().lower() for domain in env.oidc_domains.split(",") if domain.strip()]
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if env.oidc_server_url:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "council",
                "name": env.oidc_name,
                "client_id": env.oidc_client_id,
                "secret": env.oidc_client_secret,
                "settings": {"server_url": env.oidc_server_url},
            }
        ],
    }

# --- Mail -------------------------------------------------------------------------------------

EMAIL_BACKEND = "hub.mail.backends.LedgerBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.email_from
_mail = urlsplit(env.email_url)
# Where the ledger hands mail over; without a host, to a folder.
HUB_MAIL: dict[str, Any] = {
    "folder": DATA_DIR / "mail",
    "host": _mail.hostname or "",
    "port": _mail.port or {"smtps": 465, "smtp+tls": 587}.get(_mail.scheme, 25),
    "username": unquote(_mail.username or ""),
    "password": unquote(_mail.password or ""),
    "starttls": _mail.scheme == "smtp+tls",
    "tls": _mail.scheme == "smtps",
    "connections": env.mail_connections,
    "per_minute": env.mail_per_minute,
    "lease_seconds": env.mail_lease_seconds,
    "bounce_address": env.bounce_address,
    "reply_to": env.email_reply_to,
    "webhook": env.mail_webhook,
}
if env.mail_webhook:  # the extra `anymail`
    INSTALLED_APPS.append("anymail")
ANYMAIL = {"WEBHOOK_SECRET": env.mail_webhook_secret}

# --- Wagtail ----------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = env.site_name
TERM_PROPOSAL_WORKING_DAYS = env.term_proposal_working_days
HUB_SEAL_KEYS = [key.strip() for key in env.hub_seal_keys.split(",") if key.strip()] or ([DEMO_SEAL_KEY] if env.demo else [])
HELP_ASKED_BY_THE_HUB = env.help_asked_by_the_hub
HELP_REQUESTS_A_MONTH = env.help_requests_a_month
BULLETIN_RAMP, BULLETIN_RAMP_MINUTES, BULLETIN_RAMP_PERCENT = (
    env.bulletin_ramp,
    env.bulletin_ramp_minutes,
    env.bulletin_ramp_percent,
)
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no editor's browser calls an outside host
WAGTAILIMAGES_IMAGE_MODEL = "media.Image"
WAGTAILDOCS_DOCUMENT_MODEL = "media.Document"
WAGTAIL_FRONTEND_LOGIN_URL = "/account/login/"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "xlsx"]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = WAGTAILDOCS_MAX_UPLOAD_SIZE = env.upload_max_mb * 1024 * 1024
WAGTAILIMAGES_IMAGE_FORM_BASE = "hub.media.forms.ImageForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "hub.media.forms.DocumentForm"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing on our pages comes from elsewhere
WAGTAIL_ALLOW_UNICODE_SLUGS = False

SEARCH_INDEX_DIR = DATA_DIR / "search"
WAGTAILSEARCH_BACKENDS = {
    # The admin's own index holds drafts; the two public ones are one per audience (ADR 0004).
    audience: {"BACKEND": "hub.search.engines.whoosh_backend", "PATH": SEARCH_INDEX_DIR, "AUDIENCE": audience}
    for audience in ("default", "public", "members")
}

# --- Words and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("en-gb", "English")]

# --- Safety -----------------------------------------------------------------------------------

# How many proxies of ours stand in front; nothing that a client says about its address is believed.
TRUSTED_PROXIES = env.trusted_proxies
# hub/core/limits/doors.py says how often each door opens. In Redis where there is one, else in the file.
HUB_LIMITS: dict[str, Any] = {"enforced": True, "redis": env.cache_url, "file": DATA_DIR / "limits.sqlite3"}
# Where look-ups are noted until the worker has added them up (ADR 0013).
HUB_TALLIES = DATA_DIR / "tallies"
# allauth counts in the cache, in steps that two processes can take at once. Our doors cover all of its own but one, which is no
# limit but a pause: whoever signs in before their address is confirmed gets a new link every three minutes at most.
ACCOUNT_RATE_LIMITS = {
    **dict.fromkeys(
        (
            *("change_password", "change_phone", "manage_email", "reset_password", "reauthenticate", "reset_password_from_key"),
            *("signup", "login", "request_login_code", "login_failed", "verify_phone"),
        )
    ),
    "confirm_email": "1/180s/key",
}
MFA_RATE_LIMITS: dict[str, str | None] = {"webauthn_login": None}

X_FRAME_OPTIONS = "DENY"  # the admin's previews, which stand in a frame, say so themselves
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = [
    "hub.media.upload_handlers.CutOffUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
SAFETY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": X_FRAME_OPTIONS,
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": SECURE_CROSS_ORIGIN_OPENER_POLICY,
    # The hub uses none of these; passkeys stay allowed to our own pages.
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer"),
            *("microphone", "midi", "payment", "screen-wake-lock", "serial", "usb"),
        )
    ),
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Browsers hold the policy against redirects of a form too, and signing in with a council's own account is one.
        "form-action": [SELF, *([env.oidc_origin] if env.oidc_server_url else [])],
        "frame-ancestors": [NONE],
    },
}
# Wagtail starts its date fields, choosers and formsets by inline scripts on 27 of the 78 screens we looked at, each with other words in
# it, so neither hashes nor a nonce of ours would do. Handlers in attributes, which is what injected markup brings, it has none of.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "script-src-attr": [NONE],
    "style-src": [SELF, UNSAFE_INLINE],  # the rich-text editor puts a style element into the page for each field
    "img-src": [SELF, "data:", "blob:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [SELF],  # it previews pages in a frame of its own
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.log_level},
    # One line for each task run would bury everything else.
    "loggers": {name: {"level": "WARNING"} for name in ("django_tasks", "django_tasks_db")},
}
