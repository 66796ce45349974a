"""The one settings file: reads the environment, and refuses to start when a secret is missing."""

import os
from pathlib import Path
from typing import Any

from portal import caches, content_policy, environment, logs, timetable

BASE_DIR = Path(__file__).resolve().parent.parent

# The demo and the tests may use fallbacks; production may not.
DEMO = environment.flag("QUAYSIDE_DEMO")
TESTING = environment.flag("QUAYSIDE_TESTING")
_RELAXED = DEMO or TESTING

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.required(
    "SECRET_KEY", why="it signs sessions and links.", fallback="not-a-secret-" * 5 if _RELAXED else None
)
# Keys of before, for a while after a new one: what they signed (links in mails, sessions) still opens.
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
# Comma-separated Fernet keys, newest first: the first encrypts, all decrypt (so keys can be rotated).
ENCRYPTION_KEYS = environment.required(
    "ENCRYPTION_KEYS",
    why="it encrypts the API keys of Odoo connections at rest.",
    fallback="bm90LWEtc2VjcmV0LW9ubHktZm9yLXRoZS1kZW1vISE=" if _RELAXED else None,
).split(",")
ALLOWED_HOSTS = environment.required(
    "ALLOWED_HOSTS", why="it lists the host names this portal answers to.", fallback="*" if _RELAXED else None
).split(",")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = os.environ.get("SITE_URL", f"https://{ALLOWED_HOSTS[0]}").rstrip("/")

# --- Apps and the request's way through them -------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_fsm",
    "django_htmx",
    "rest_framework",
    "integrations.outbox",
    "integrations.odoo",
    "integrations.webhooks",
    "integrations.reconciliation",
    "suppliers.journal",
    "suppliers.people",
    "suppliers.calendars",
    "suppliers.inbox",
    "suppliers.alerts",
    "suppliers.policies",
    "suppliers.notices",
    "suppliers.threads",
    "orders.purchasing",
    "orders.receipts",
    "orders.bulk",
    "orders.conversations",
    "orders.deadlines",
    "orders.links",
    "orders.decisions",
    "orders.sheets",
    "orders.grid",
    "orders.documents",
    "portal.home",
    "portal.drift",
    "portal.integration",
    "portal.policies",
    *(["portal.demo", "portal.bench"] if _RELAXED else []),
]

MIDDLEWARE = [
    "portal.home.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "portal.home.policy.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "suppliers.people.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "integrations.correlation.CorrelationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "suppliers.people.middleware.SecondFactorMiddleware",
    "portal.home.zones.TimeZoneMiddleware",
    "suppliers.people.middleware.TenantWallMiddleware",
    "suppliers.people.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

_LOADERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.home.context.frame",
            ],
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "builtins": ["portal.home.templatetags.quayside"],
        },
    }
]

# --- Database -----------------------------------------------------------------------------------------

DATABASES = {
    "default": environment.database(
        environment.required("DATABASE_URL", why="it names the PostgreSQL database.", fallback=None)
    )
}
# Web processes start behind the tenant wall (row-level security); workers, commands and the scheduler
# are trusted and see every row. The value is read by the policies, see suppliers/tenancy.py.
PROCESS = os.environ.get("QUAYSIDE_PROCESS", "web")
_OPTIONS: dict[str, Any] = DATABASES["default"]["OPTIONS"]
# PostgreSQL shows under this name what web processes do, see integrations/odoo/courtesy.py.
WEB_APPLICATION_NAME = "quayside web"
_OPTIONS["application_name"] = WEB_APPLICATION_NAME if PROCESS == "web" else "quayside"
_OPTIONS["options"] = f"-c quayside.system={'off' if PROCESS == 'web' else 'on'}"
if PROCESS == "web" and not TESTING:
    _OPTIONS["pool"] = {"min_size": 1, "max_size": int(os.environ.get("DB_POOL_SIZE", "8")), "timeout": 10}
if PROCESS != "web" and not TESTING:
    # A worker keeps its connection from task to task, and notices when PostgreSQL was restarted meanwhile.
    DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = caches.configuration(os.environ.get("CACHE_URL", ""), in_process=_RELAXED)

# --- People and logging in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["suppliers.people.backends.PortalBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    }
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:worklist"
ACCOUNT_ADAPTER = "suppliers.people.signup.InvitationOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # an account exists only after its invitation was opened from that address
)
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# No page and no mail tells whether an address has an account here.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "suppliers.people.signup.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# The clocks of telephones are some seconds off: the codes just before and after count too.
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _RELAXED
# Links in mails about orders, and the devices on which a code was typed.
ANSWER_LINK_DAYS = int(os.environ.get("ANSWER_LINK_DAYS", "30"))
DEVICE_DAYS = int(os.environ.get("DEVICE_DAYS", "30"))
# Buyers and administrators must have a second factor; the demo shows it but lets its seeded users in without.
SECOND_FACTOR_REQUIRED = not DEMO

# --- Celery ------------------------------------------------------------------------------------------

CELERY_BROKER_URL = environment.required(
    "BROKER_URL", why="it names the Celery broker.", fallback="memory://" if TESTING else None
)
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Celery leaves the database connection open for so many tasks; ours look after it, see portal/celery.py.
CELERY_DB_REUSE_MAX = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = environment.broker_options(CELERY_BROKER_URL)
# What a hint from Odoo wakes: it knows nothing of orders, so the task is named here.
FEED_TASK = "orders.purchasing.pull_changes_of"
# How long a call to Odoo may take: confirming a long order takes seconds, a conflict inside Odoo a minute.
ODOO_CONNECT_SECONDS = float(os.environ.get("ODOO_CONNECT_SECONDS", "5"))
ODOO_READ_SECONDS = float(os.environ.get("ODOO_READ_SECONDS", "60"))
# How often each process writes down how its calls to Odoo went; the tests do it by themselves.
METERING_SECONDS = 0.0 if TESTING else 5.0
CELERY_BEAT_SCHEDULE = timetable.SCHEDULE
# One delivery, all its calls together, must end within the lease; a lost worker's message waits as long.
OUTBOX_LEASE_SECONDS = float(os.environ.get("OUTBOX_LEASE_SECONDS", "180"))
# With waits of up to ten minutes between them, so many attempts outlast a night without Odoo.
OUTBOX_MAX_ATTEMPTS = int(os.environ.get("OUTBOX_MAX_ATTEMPTS", "100"))
CELERY_TASK_ROUTES = timetable.QUEUES

# --- Mail, language, files ----------------------------------------------------------------------------

EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND",
    "django.core.mail.backends.console.EmailBackend"
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
# Where mail servers report what they could not deliver; they hand it to `manage.py take_bounce`.
BOUNCE_ADDRESS = os.environ.get("BOUNCE_ADDRESS", "")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Quayside <portal@quayside.example>")

# Where mails about messages are answered to; holds {tag}. Empty: mails cannot be answered.
REPLY_ADDRESS = environment.pattern("REPLY_ADDRESS", holding="{tag}")
# Looks at attached files: gets a path, answers 0 for clean and 1 for refused. Empty: none looks.
ATTACHMENT_SCAN_COMMAND = os.environ.get("ATTACHMENT_SCAN_COMMAND", "")

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# The demo and the tests read the files where they lie: nothing was collected for them.
WHITENOISE_USE_FINDERS = _RELAXED or DEBUG
WHITENOISE_AUTOREFRESH = TESTING or DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _RELAXED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Monitoring ---------------------------------------------------------------------------------------

# Whoever scrapes /metrics sends it as a bearer token; without one only administrators may look.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")

# --- REST framework -----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # REST framework exempts itself from login middleware and allows anybody by default: close it here.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
}

# --- Security -----------------------------------------------------------------------------------------

# An order of a thousand lines is answered in one form, with a few fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

_SECURE = not _RELAXED
SECURE_SSL_REDIRECT = _SECURE
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_HSTS_PRELOAD = _SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("BEHIND_PROXY") else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_ENGINE = "suppliers.people.sessions"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "quayside_session", "quayside_csrf"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": content_policy.DIRECTIVES}

# "line" for people, "json" for machines that collect logs.
LOG_FORMAT = environment.choice("LOG_FORMAT", ["line", "json"])
LOGGING = logs.configuration(form=LOG_FORMAT, level=os.environ.get("LOG_LEVEL", "INFO"))
