"""How numbers, dates and links are written in mails. Values that are text already pass as they are."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.utils import formats

register = template.Library()


@register.filter
def quantity(value: Any) -> str:
    """Write a quantity without the zeros that say nothing: 1,250 or 0.5."""
    if not isinstance(value, Decimal | int):
        return str(value)
    plain = f"{Decimal(value).normalize():f}"
    return formats.number_format(plain, use_l10n=True, force_grouping=True)


@register.filter
def price(value: Any) -> str:
    """Write a price per unit with at least two decimals, more only where they say something: 4.50, 0.0125."""
    if not isinstance(value, Decimal | int):
        return str(value)
    exponent = Decimal(value).normalize().as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def day(value: Any) -> str:
    """Write a date with its year, for a mail may be read late: 15 Dec 2026."""
    if isinstance(value, datetime | date):
        return formats.date_format(value, "j M Y")
    return str(value) if value else "–"


@register.filter
def absolute(path: str) -> str:
    """Turn a path of this portal into a link that works from a mailbox."""
    return urljoin(f"{settings.SITE_URL}/", path)
