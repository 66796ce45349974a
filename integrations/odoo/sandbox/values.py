"""Values on their way into a record: what each field type accepts, and how Odoo refuses the rest."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from integrations.odoo.sandbox.errors import ServerError, value_error
from integrations.odoo.sandbox.schema import Field

DATETIME_FORMAT = "%Y-%m-%d %H:%M:%S"
DATE_FORMAT = "%Y-%m-%d"
_WHOLE_DATETIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def stamp(moment: datetime) -> str:
    """An aware datetime as Odoo stores write_date: UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def seconds(value: str) -> str:
    """A stored datetime as RPC shows it: whole seconds."""
    return value[:19]


def as_decimal(value: float) -> Decimal:
    """The number a float was written as (4.5 -> Decimal('4.5'))."""
    return Decimal(repr(float(value)))


def rounded(value: Decimal, places: int = 2) -> float:
    """Half up, as Odoo rounds money; a float, as Odoo sends it."""
    return float(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def to_datetime(version: int, value: Any) -> str | bool:
    """A datetime as RPC gives it -> stored text. Raises what Odoo's own parser raises."""
    if not value:
        return False
    text = str(value)
    if _WHOLE_DATETIME.fullmatch(text):
        # The common case, twenty times as fast as strptime; a day like 31 February falls through.
        with suppress(ValueError):
            datetime.fromisoformat(text)
            return text
    form = DATETIME_FORMAT[: len(text) - 2] if len(text) < 19 else DATETIME_FORMAT
    try:
        parsed = datetime.strptime(text.partition(".")[0] if len(text) > 20 else text, form)  # noqa: DTZ007
    except ValueError as refusal:
        if version == 17 and len(text) == 10:
            raise ServerError(
                "psycopg2.errors.DatetimeFieldOverflow",
                f'date/time field value out of range: "{text}"\n'
                'HINT:  Perhaps you need a different "datestyle" setting.\n',
            ) from refusal
        raise value_error(f"time data {text!r} does not match format {form!r}") from refusal
    return parsed.strftime(DATETIME_FORMAT)


def to_date(value: Any) -> str | bool:
    """A date as RPC gives it -> 'YYYY-MM-DD'; the time of a datetime is cut off as Odoo does."""
    if not value:
        return False
    text = str(value)[:10]
    if not _WHOLE_DATE.fullmatch(text):
        raise value_error(f"time data {text!r} does not match format {DATE_FORMAT!r}")
    try:
        datetime.strptime(text, DATE_FORMAT)  # noqa: DTZ007
    except ValueError as refusal:
        raise value_error(f"time data {text!r} does not match format {DATE_FORMAT!r}") from refusal
    return text


def to_html(value: Any) -> str | bool:
    """Odoo wraps bare text of an HTML field into a paragraph; the empty text stays empty."""
    if value in ("", False, None):
        return "" if value == "" else False
    text = str(value)
    return text if text.lstrip().startswith("<") else f"<p>{text}</p>"


def escaped(text: str) -> str:
    """Text made safe to stand in HTML, the way markupsafe spells it."""
    return html.escape(text, quote=True).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")


def _number(value: Any) -> float:
    return float(value) if value else 0.0


def _integer(value: Any) -> int:
    return int(value) if value else 0


_SIMPLE: dict[str, Callable[[Any], Any]] = {
    "char": lambda value: str(value) if value not in (False, None) else False,
    "text": lambda value: str(value) if value not in (False, None) else False,
    "html": to_html,
    "binary": lambda value: str(value) if value else False,
    "integer": _integer,
    "many2one_reference": lambda value: int(value) if value else False,
    "float": _number,
    "monetary": _number,
    "boolean": bool,
    "date": to_date,
}


def convert(version: int, model: str, field: Field, value: Any) -> Any:
    """One plain value (no relation) -> what is stored. Raises ServerError as Odoo's converters do."""
    if field.type == "datetime":
        return to_datetime(version, value)
    if field.type == "selection":
        if not value:
            return False
        if field.selection and value not in field.selection:
            raise value_error(f"Wrong value for {model}.{field.name}: {value!r}")
        return value
    try:
        return _SIMPLE[field.type](value)
    except (TypeError, ValueError) as refusal:
        raise ServerError(f"builtins.{type(refusal).__name__}", str(refusal)) from refusal
