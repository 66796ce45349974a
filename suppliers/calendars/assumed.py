"""What is assumed of a supplier that has not said when it works: its country by its VAT number. Pure."""

from zoneinfo import ZoneInfo

from suppliers.calendars.rules import Calendar

# A VAT number begins with its country; where a country has several zones, the one of its capital.
_ZONES = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CH": "Europe/Zurich",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}
# Greece writes EL, Northern Ireland XI.
_OTHER_PREFIXES = {"EL": "GR", "XI": "GB"}
_ELSEWHERE = "Europe/Brussels"


def assumed_calendar(vat: str) -> Calendar:
    """Return the usual week in the country that a VAT number names; without holidays when it names none."""
    prefix = vat.strip()[:2].upper()
    country = _OTHER_PREFIXES.get(prefix, prefix)
    if country not in _ZONES:
        return Calendar(ZoneInfo(_ELSEWHERE))
    return Calendar(ZoneInfo(_ZONES[country]), country=country)
