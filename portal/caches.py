"""Where what is kept for a while is kept: part of the settings."""

from typing import Any

_IN_PROCESS = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
IN_POSTGRESQL = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "home_cache",
    # When it is full, a third of what still counts goes: nobody shall fill it up to be let off.
    "OPTIONS": {"MAX_ENTRIES": 100_000},
}


def configuration(url: str, *, in_process: bool) -> dict[str, dict[str, Any]]:
    """Return the caches: in Redis or Valkey where *url* (redis://…) names one.

    Limits on log-in attempts are counted in the default cache, over all web processes together: without a
    URL in PostgreSQL, without which nobody can log in anyway; *in_process* where there is but one. What a
    page shows again and again for some seconds is then kept in each process.
    """
    if url:
        shared = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
        return {"default": shared, "pages": shared}
    return {"default": _IN_PROCESS if in_process else IN_POSTGRESQL, "pages": _IN_PROCESS}
