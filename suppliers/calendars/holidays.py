"""Public holidays by country and region, from the package of that name, and which there are. Pure."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays
from babel import Locale


@lru_cache(maxsize=512)
def public_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    """Return the public holidays of a year with their names in English; none for a place nobody knows."""
    if not is_known(country, subdivision):
        return {}
    # Not every country's are named in English: then they have the name people use there.
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, expand=False, language=_english(country)
    )
    return dict(found)


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """Return the countries whose public holidays are known, by ISO code, in the order of their names."""
    names = Locale("en").territories
    found = {
        code: names[code]
        for code in holidays.list_supported_countries(include_aliases=False)
        if code in names
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))


@lru_cache(maxsize=256)
def subdivisions(country: str) -> Mapping[str, str]:
    """Return the regions of a country that have holidays of their own, by code."""
    known = holidays.list_supported_countries(include_aliases=False).get(country, [])
    aliases = getattr(holidays.country_holidays(country), "subdivisions_aliases", {}) if known else {}
    names = {code: name for name, code in reversed(aliases.items())}
    return {code: names.get(code, code) for code in known}


def is_known(country: str, subdivision: str = "") -> bool:
    """Whether the holidays of a country, and of its region if one is named, are known."""
    known = holidays.list_supported_countries(include_aliases=False)
    return country in known and (not subdivision or subdivision in known[country])


def _english(country: str) -> str | None:
    known = holidays.list_localized_countries().get(country, [])
    return next((language for language in ("en_GB", "en_US", "en") if language in known), None)
