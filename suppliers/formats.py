"""How numbers, money and dates are written for people, in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_precision, get_decimal_symbol, get_group_symbol
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, to_locale

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NOTHING = mark_safe('<span class="none">–</span>')


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes in one language. Who writes a table asks for a writer once: asking takes as long as writing."""

    language: str | None
    symbols: dict[int, str]  # for str.translate; empty where they are those of English

    def quantity(self, value: Decimal | None) -> str:
        """Write a quantity with thousands separators and without trailing zeros."""
        return "" if value is None else self._with_symbols(_plain(value, least=0))

    def price(self, value: Decimal | None, currency: str) -> str:
        """Write a price per unit: at least the currency's decimals, and more only where it has them."""
        return "" if value is None else self._with_symbols(_plain(value, least=_places(currency)))

    def money(self, value: Decimal | None, currency: str) -> str:
        """Write an amount of money with the currency's decimals, without its code."""
        if value is None:
            return ""
        return self._with_symbols(f"{round_money(value, currency):,f}")

    def day(self, value: date, today: date) -> "Day":
        """Write a date; the short form leaves the year out when it is this year or within three months."""
        return _day(value, abs((value - today).days) > 92 and value.year != today.year, self.language)

    def day_tag(self, value: date | None, today: date) -> SafeString:
        """Write a date as ``<time>``: short, with the full date on hover."""
        if value is None:
            return NOTHING
        return _day_tag(value, abs((value - today).days) > 92 and value.year != today.year, self.language)

    def _with_symbols(self, text: str) -> str:
        return text.translate(self.symbols) if self.symbols else text


def writer() -> Writer:
    """Return the writer for the reader's language."""
    return _writer(get_language())


def quantity(value: Decimal | None) -> str:
    """See Writer.quantity."""
    return writer().quantity(value)


def price(value: Decimal | None, currency: str) -> str:
    """See Writer.price."""
    return writer().price(value, currency)


def money(value: Decimal | None, currency: str) -> str:
    """See Writer.money."""
    return writer().money(value, currency)


def round_money(value: Decimal, currency: str) -> Decimal:
    """Round an amount of money to its currency's decimals, halves away from zero as Odoo does."""
    return value.quantize(_unit(currency), ROUND_HALF_UP)


def plain_number(value: Decimal | None) -> str:
    """Write a number as a form field or a file holds it: no separators, a point, no trailing zeros.

    Exactly three decimals would read like thousands elsewhere, so a fourth is added: 1.125 becomes 1.1250.
    """
    if value is None:
        return ""
    text = _plain(value, least=0).replace(",", "")
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def inert(text: str) -> str:
    """Make a cell of a file harmless: a spreadsheet would run it as a formula (OWASP, "CSV injection")."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


@dataclass(frozen=True, slots=True)
class Day:
    """A date as text: short for the page, in full for who hovers, ISO for machines."""

    short: str
    full: str
    iso: str


def day(value: date, today: date) -> Day:
    """See Writer.day."""
    return writer().day(value, today)


def day_tag(value: date | None, today: date) -> SafeString:
    """See Writer.day_tag."""
    return writer().day_tag(value, today)


def moment_tag(value: datetime | None, now: datetime, *, always_day: bool = False) -> SafeString:
    """Write a moment in the reader's time zone as ``<time>``: the time today, day and time otherwise.

    With *always_day* today is written too: what is to come may be on any day.
    """
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    on = day(local.date(), timezone.localtime(now).date())
    same_day = local.date() == timezone.localtime(now).date()
    return format_html(
        '<time datetime="{}" title="{}, {}">{}</time>',
        value.isoformat(timespec="seconds"),
        on.full,
        f"{local:%H:%M %Z}",
        f"{local:%H:%M}" if same_day and not always_day else f"{on.short}, {local:%H:%M}",
    )


def _plain(value: Decimal, *, least: int) -> str:
    text = f"{value:,f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    return f"{whole}.{decimals}" if decimals else whole


@lru_cache(maxsize=32)
def _writer(language: str | None) -> Writer:
    locale = _locale(language)
    symbols = {",": get_group_symbol(locale), ".": get_decimal_symbol(locale)}
    same = all(a == b for a, b in symbols.items())
    return Writer(language, {} if same else str.maketrans(symbols))


@lru_cache(maxsize=32)
def _locale(language: str | None) -> Locale:
    return Locale.parse(to_locale(language or "en-gb"))


@lru_cache(maxsize=256)
def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-_places(currency))


@lru_cache(maxsize=256)
def _places(currency: str) -> int:
    return get_currency_precision(currency)


@lru_cache(maxsize=4096)
def _day(value: date, with_year: bool, language: str | None) -> Day:  # noqa: FBT001 - a cache key
    locale = _locale(language)
    return Day(
        short=format_date(value, "d MMM yyyy" if with_year else "d MMM", locale=locale),
        full=format_date(value, "EEEE d MMMM yyyy", locale=locale),
        iso=value.isoformat(),
    )


@lru_cache(maxsize=4096)
def _day_tag(value: date, with_year: bool, language: str | None) -> SafeString:  # noqa: FBT001 - a cache key
    text = _day(value, with_year, language)
    return format_html('<time datetime="{}" title="{}">{}</time>', text.iso, text.full, text.short)
