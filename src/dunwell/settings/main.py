"""Django settings for every face: web, API, command line, worker, tests.

Three kinds of setting are kept apart: deployment (environment variables, here),
secrets (files in DUNWELL_HOME, made once, mode 0600), and house policy (dated
parameters in the state database, never here). Imports nothing of ours.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from dunwell.settings.database import database_from
from dunwell.settings.secret import secret_key_in

if not __debug__:
    raise ImproperlyConfigured("Dunwell does not run under python -O: assertions guard money.")

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("DUNWELL_HOME", ".dunwell")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
ENVIRONMENT = os.environ.get("DUNWELL_ENVIRONMENT", "production")
if ENVIRONMENT not in {"demo", "production", "test"}:
    raise ImproperlyConfigured(
        f"DUNWELL_ENVIRONMENT is {ENVIRONMENT!r}; it must be demo, production or test."
    )

DEBUG = False
SECRET_KEY = os.environ.get("DUNWELL_SECRET_KEY") or secret_key_in(HOME)
ALLOWED_HOSTS = os.environ.get("DUNWELL_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DUNWELL_ORIGINS", "").split(",") if o]
SERVES_HTTPS = os.environ.get("DUNWELL_HTTPS", "0") == "1"

DATABASES = {"default": database_from(os.environ.get("DUNWELL_DATABASE_URL"), home=HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "dunwell.faces.web.access",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "dunwell.store.people",
    "dunwell.store.journal",
    "dunwell.store.policy",
    "dunwell.store.runs",
    "dunwell.store.book",
    "dunwell.store.cases",
    "dunwell.store.decisions",
    "dunwell.store.work",
    "dunwell.store.approvals",
    "dunwell.store.permits",
    "dunwell.store.outreach",
    "dunwell.store.promises",
    "dunwell.store.desk",
    "dunwell.faces.web.frame",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dunwell.faces.web.frame.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "dunwell.faces.web.access.middleware.AccessMiddleware",
    "dunwell.faces.web.frame.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "dunwell.faces.web.urls"
WSGI_APPLICATION = "dunwell.faces.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            PACKAGE / "faces" / "web" / "templates",
            *sorted((PACKAGE / "faces" / "web").glob("*/templates")),
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dunwell.faces.web.frame.context.frame",
            ],
        },
    },
]

# --- keys -------------------------------------------------------------------
KEYS_FILE = Path(os.environ.get("DUNWELL_KEYS_FILE", HOME / "keys.json")).resolve()

# --- people ---------------------------------------------------------------
AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "dunwell.faces.web.access.adapter.HouseAdapter"
ACCOUNT_FORMS = {"login": "dunwell.faces.web.access.forms.HouseLoginForm"}
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords and codes are counted by axes, in the database, for all processes at once.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
MFA_ADAPTER = "dunwell.faces.web.access.adapter.HouseMFAAdapter"
MFA_FORMS = {"authenticate": "dunwell.faces.web.access.forms.HouseCodeForm"}
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Dunwell 善催"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "dunwell.faces.web.access.lockout.locked_out"
# What visitors type is never logged.
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- transport ------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVES_HTTPS
SECURE_SSL_REDIRECT = SERVES_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if SERVES_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "dunwell.faces.web.frame.errors.form_expired"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # ECharts and Leaflet set inline styles; scripts stay strict.
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'self'"],
    }
}

# --- words and days --------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = sorted((PACKAGE / "faces" / "web").glob("*/locale"))
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("DUNWELL_TIME_ZONE", "Asia/Shanghai")

# --- files -----------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE / "faces" / "web" / "static"]
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
MEDIA_ROOT = HOME / "files"
