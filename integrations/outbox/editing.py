"""Changing what a stopped message says: field by field, with a difference, and who must agree to it."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from integrations.masking import masked_data

# What a person may not change: the identity that keeps another system from taking a thing twice, and the
# document, in whose order the message stands.
_FIXED = re.compile(r"(?:^order|(?:^|_)(?:external_id|sealed|submission))$")
_NUMBER = re.compile(
    r"(?:quantity|qty|price|amount|total|subtotal|discount|tax|rate|cost|sum)(?:$|_)", re.IGNORECASE
)
# These decide which document and line a quantity or a price is for, and whether an order becomes binding.
_DECIDES = {"line", "product", "currency", "revision", "acknowledge", "confirm_rfq"}
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a payload. ``path`` reads like ``lines[0].quantity``; ``text`` is how people type it."""

    path: str
    value: Any

    @property
    def text(self) -> str:
        """The value as it stands in a field of a form."""
        match self.value:
            case bool():
                return "yes" if self.value else "no"
        return str(self.value)

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rpartition(".")[2].partition("[")[0]

    @property
    def kind(self) -> str:
        """How it is typed: ``truth``, ``long`` or ``line``."""
        if isinstance(self.value, bool):
            return "truth"
        return "long" if isinstance(self.value, str) and len(self.value) > 80 else "line"


@dataclass(frozen=True, slots=True)
class Change:
    """One value of a payload, before and after, as people read them."""

    path: str
    old: str
    new: str

    @property
    def needs_second_person(self) -> bool:
        """Whether it moves money or goods."""
        name = Leaf(self.path, None).name
        return bool(_NUMBER.search(name)) or name in _DECIDES


class Unfit(ValueError):
    """What was typed does not fit. ``problems`` maps paths to what is expected there."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{path}: {sentence}" for path, sentence in problems.items()))


def editable(payload: Mapping[str, Any]) -> list[Leaf]:
    """Return the values a person may change.

    All but secrets, the ids that stand against doubles, and what is empty: nobody knows of what kind it is.
    """
    shown = dict(_walk(masked_data(payload), ""))
    return [
        Leaf(path, value)
        for path, value in _walk(payload, "")
        if value is not None and shown.get(path) == value and not _FIXED.search(Leaf(path, None).name)
    ]


def edited(payload: Mapping[str, Any], typed: Mapping[str, str]) -> tuple[dict[str, Any], list[Change]]:
    """Return the payload with what was typed, by path, and what that changes; untouched values stay.

    Every value keeps its kind: a number stays a number, a yes stays a yes or a no. Raises Unfit with every
    value that does not fit. Paths that may not be changed are ignored.
    """
    result: dict[str, Any] = deepcopy(dict(payload))
    changes, problems = [], {}
    for leaf in editable(payload):
        text = typed.get(leaf.path, leaf.text).replace("\r\n", "\n").replace("\0", "")
        if text.strip() == leaf.text.strip():
            continue
        try:
            value = _read(leaf, text.strip())
        except ValueError as error:
            problems[leaf.path] = str(error)
            continue
        _put(result, leaf.path, value)
        changes.append(Change(leaf.path, leaf.text, Leaf(leaf.path, value).text))
    if problems:
        raise Unfit(problems)
    return result, changes


def _walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for key, inner in value.items():
                # A name that would not read as one step of a path cannot be addressed, so it is left alone.
                if not re.search(r"[.\[\]]", str(key)):
                    yield from _walk(inner, f"{path}.{key}" if path else str(key))
        case list():
            for place, inner in enumerate(value):
                yield from _walk(inner, f"{path}[{place}]")
        case _:
            yield path, value


def _put(payload: Any, path: str, value: Any) -> None:
    steps = [int(place) if place else key for place, key in _STEP.findall(path)]
    for step in steps[:-1]:
        payload = payload[step]
    payload[steps[-1]] = value


def _read(leaf: Leaf, text: str) -> Any:
    """Return what was typed as the kind of value it replaces. Raises ValueError with what is expected."""
    match leaf.value:
        case bool():
            if text.lower() not in {"yes", "no"}:
                raise ValueError("Write yes or no.")
            return text.lower() == "yes"
        case int():
            if not re.fullmatch(r"-?\d{1,18}", text):
                raise ValueError("A whole number is needed.")
            return int(text)
        case float():
            return float(_decimal(text))
    if _NUMBER.search(leaf.name) and _is_decimal(leaf.text):
        return format(_decimal(text), "f")
    return text


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or abs(number.adjusted()) > 18:
        raise ValueError("A number such as 12.5 is needed, not below zero.")
    return number


def _is_decimal(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
