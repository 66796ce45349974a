"""Working hours and closed days in words. Pure."""

from collections.abc import Sequence
from datetime import date

from suppliers.calendars.holidays import countries, subdivisions

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def clock(minutes: int) -> str:
    """Write minutes since midnight as a time of day; the end of the day is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def week_text(week: Sequence[Sequence[Sequence[int]]]) -> str:
    """Write a stored week: "Monday to Friday 08:00–12:00, 13:00–17:00; Saturday 09:00–12:00"."""
    hours = [", ".join(f"{clock(opens)}–{clock(closes)}" for opens, closes in day) for day in week]
    parts, start = [], 0
    for number in range(1, len(hours) + 1):
        if number == len(hours) or hours[number] != hours[start]:
            if hours[start]:
                through = f" to {DAYS[number - 1]}" if number - 1 > start else ""
                parts.append(f"{DAYS[start]}{through} {hours[start]}")
            start = number
    return "; ".join(parts)


def place_text(country: str, subdivision: str) -> str:
    """Write whose public holidays count: "Germany, Bayern"."""
    if not country:
        return "none"
    name = countries().get(country, country)
    return f"{name}, {subdivisions(country).get(subdivision, subdivision)}" if subdivision else name


def days_text(first: date, last: date) -> str:
    """Write closed days: "on 24 December 2026", "from 24 December 2026 to 1 January 2027"."""
    if first == last:
        return f"on {first:%-d %B %Y}"
    return f"from {first:%-d %B %Y} to {last:%-d %B %Y}"
