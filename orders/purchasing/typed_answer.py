"""What was typed into the rows of an answer, kept as it was for the page that names what is wrong with it."""

from dataclasses import dataclass, field
from datetime import date

from orders.purchasing.lifecycle import LineState
from orders.purchasing.rules import Asked, Part
from suppliers.formats import plain_number

SPARE_PARTS = 3
FOREIGN_FIELDS = ("product_code", "product_name", "unit")
PART_FIELDS = ("quantity", "date", "price", "reason", *FOREIGN_FIELDS)


@dataclass(slots=True)
class TypedPart:
    """One row of an answer as typed, with what is wrong at its fields."""

    number: int
    quantity: str = ""
    date: str = ""
    price: str = ""
    reason: str = ""
    # Another product or unit; empty: as ordered, None: the form has no such field, so as asked.
    product_code: str | None = None
    product_name: str | None = None
    unit: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in this row."""
        return not any((getattr(self, name) or "").strip() for name in PART_FIELDS)

    @property
    def is_foreign(self) -> bool:
        """Whether another product or unit was typed, or something is wrong there."""
        return any((getattr(self, name) or "").strip() or name in self.errors for name in FOREIGN_FIELDS)

    @property
    def words(self) -> str:
        """What was typed, in one line."""
        typed = {
            "": self.quantity,
            "in": self.unit or "",
            "of": f"{self.product_code or ''} {self.product_name or ''}",
            "on": self.date,
            "at": self.price,
            "because": self.reason,
        }
        return " ".join(f"{name} {text.strip()}".strip() for name, text in typed.items() if text.strip())


@dataclass(slots=True)
class TypedLine:
    """A line's answer as typed."""

    choice: str
    reason: str = ""
    parts: list[TypedPart] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)  # "choice" and "reason"
    # Which typed row each part of the reply came from, for the problems that the rules find.
    origin: list[int] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether the editor must be seen: something deviates or is wrong."""
        return self.choice in {"change", "split", "reject"} or self.has_errors

    @property
    def has_errors(self) -> bool:
        """Whether anything is wrong with this line."""
        return bool(self.errors) or any(part.errors for part in self.parts)

    @property
    def words(self) -> str:
        """What somebody meant to answer, in words, for when the line takes no answer any more."""
        rows = [part.words for part in self.parts if not part.is_empty]
        said = "; ".join([*rows, *([self.reason] if self.reason.strip() else [])])
        return f"{CHOICES.get(self.choice, self.choice)}: {said}" if said else CHOICES.get(self.choice, "")


CHOICES = {
    "confirm": "Confirm",
    "change": "Propose a change",
    "split": "Split",
    "reject": "Cannot deliver",
}


def first_typed(asked: Asked, *, with_editor: bool) -> TypedLine:
    """Return what the form shows of a line before anybody typed: confirm as asked; what stands is kept."""
    choice = "confirm" if asked.state in LineState.waiting_for_supplier() else "later"
    line = TypedLine(choice)
    if with_editor:
        fill_editor(line, asked)
    return line


def fill_editor(line: TypedLine, asked: Asked) -> None:
    """Give a line the rows of its editor: what was asked, and empty rows for splits."""
    if not line.parts:
        line.parts = [typed_part(number, part) for number, part in enumerate(asked.parts)]
    start = max(part.number for part in line.parts) + 1 if line.parts else 0
    spare = max(0, SPARE_PARTS + 1 - len(line.parts)) or 1
    line.parts += [TypedPart(number) for number in range(start, start + spare)]


def open_for_new_date(line: TypedLine, asked: Asked, *, today: date) -> None:
    """Open a line's editor with an empty field in place of each day that has passed."""
    line.choice = "change" if len(asked.parts) == 1 else "split"
    fill_editor(line, asked)
    for part in line.parts:
        if part.date and part.date < today.isoformat():
            part.date = ""


def typed_part(number: int, part: Part) -> TypedPart:
    """Return a row of the form that holds a part."""
    return TypedPart(
        number,
        quantity=plain_number(part.quantity),
        date=part.delivery_on.isoformat() if part.delivery_on else "",
        price=plain_number(part.unit_price),
        reason=part.reason,
        product_code=part.product_code,
        product_name=part.product_name,
        unit=part.unit,
    )


def differs(typed: TypedPart, asked: Part | None) -> bool:
    """Whether a row holds anything but what the form had put there itself."""
    if typed.is_empty:
        return False
    shown = typed_part(typed.number, asked) if asked else TypedPart(typed.number)
    return any((getattr(typed, name) or "").strip() not in {"", getattr(shown, name)} for name in PART_FIELDS)
