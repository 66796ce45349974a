"""Filters and tags of the pages: numbers, dates, icons."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

import nh3
from django import template
from django.conf import settings
from django.template import Context, Node
from django.template.base import FilterExpression, Parser, TextNode, Token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from suppliers import formats

register = template.Library()

_ICON_NAME = re.compile(r"[a-z0-9-]+")
# What people write in Odoo's notes field; scripts, styles, pictures and everything else are dropped.
_NOTE_TAGS = {"p", "br", "b", "strong", "i", "em", "u", "ul", "ol", "li", "a", "table", "tbody", "tr", "td"}


@register.tag
def icon(parser: Parser, token: Token) -> Node:
    """Inline one of static/icons as SVG; decoration only, so hidden from screen readers.

    ``{% icon "check" "css-class" %}``. An icon named in the template itself becomes a part of its text.
    """
    values = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    if any(value.is_var for value in values):
        return IconNode(values)
    return TextNode(_icon(*(value.resolve(Context()) for value in values)))


class IconNode(Node):
    """An icon whose name the page decides."""

    def __init__(self, values: list[FilterExpression]) -> None:
        self.values = values

    def render(self, context: Context) -> SafeString:
        """Return the SVG."""
        return _icon(*(value.resolve(context) for value in self.values))


@register.simple_tag
def piece(template_name: str, /, **given: Any) -> SafeString:
    """Include a template that knows nothing but what is given, which is hashable: the rest is not there.

    What was made for the same values and language is used again. So nobody sees what is another's, and
    nothing stale, as long as the template reads no clock and asks nothing: what differs is given.
    """
    make = _piece.__wrapped__ if settings.DEBUG else _piece
    return make(template_name, get_language(), **given)


@lru_cache(maxsize=2048)
def _piece(template_name: str, language: str, /, **given: Any) -> SafeString:
    return mark_safe(render_to_string(template_name, given))  # noqa: S308 - templates escape


@lru_cache(maxsize=256)
def _icon(name: str, css: str = "") -> SafeString:
    if not _ICON_NAME.fullmatch(name):
        raise template.TemplateSyntaxError(f"{name!r} is no icon name")
    svg = (settings.BASE_DIR / "static" / "icons" / f"{name}.svg").read_text(encoding="utf-8").strip()
    # The files are our own; css comes from templates only.
    return mark_safe(svg.replace('class="icon"', f'class="icon {css}"', 1) if css else svg)  # noqa: S308


@register.filter
def quantity(value: Decimal | None) -> str:
    """Write a quantity: 1,250 or 0.5."""
    return formats.quantity(value)


@register.filter
def money(value: Decimal | None, currency: str) -> str:
    """Write an amount with its currency's decimals: 1,250.00."""
    return formats.money(value, currency)


@register.filter
def price(value: Decimal | None, currency: str) -> str:
    """Write a price per unit: 4.50 or 0.0125."""
    return formats.price(value, currency)


@register.filter
def day(value: date | None) -> SafeString:
    """Write a date: 24 Nov, with the full date on hover."""
    return formats.day_tag(value, timezone.localdate())


@register.filter
def moment(value: datetime | None) -> SafeString:
    """Write a moment in the reader's time zone: 10:42 today, 24 Nov, 10:42 otherwise."""
    return formats.moment_tag(value, timezone.now())


@register.filter
def due(value: datetime | None) -> SafeString:
    """Write a moment by which something is to be done, in the reader's time zone: 24 Nov, 10:42."""
    return formats.moment_tag(value, timezone.now(), always_day=True)


@register.filter
def plural(count: int, word: str) -> str:
    """Count things: "1 line", "3 lines"; a word ending in -y takes -ies."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word[:-1]}ies" if word.endswith("y") else f"{count:,} {word}s"


@register.filter
def note_html(value: str) -> SafeString:
    """Let the harmless part of a note's HTML through (Odoo keeps notes as HTML)."""
    return mark_safe(nh3.clean(value, tags=_NOTE_TAGS, attributes={"a": {"href"}}))  # noqa: S308 - cleaned


@register.filter
def plain(value: Decimal | None) -> str:
    """Write a number for machines: 1250.5."""
    return formats.plain_number(value)


@register.simple_tag
def new_id() -> str:
    """Return a fresh id for a form that is to count once however often it is sent."""
    return str(uuid4())
