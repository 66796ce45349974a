"""Another product or unit in the cells of a row: what they say, and which of them may be filled in. Pure."""

from collections.abc import Collection

from orders.purchasing.rules import Asked, Part
from orders.purchasing.typed_answer import TypedPart
from orders.purchasing.typed_reply import foreign_of
from orders.sheets.cells import Row
from orders.sheets.columns import OTHER
from suppliers.policies.terms import Matter

_CELLS = {Matter.SUBSTITUTE: ("other_code", "other_name"), Matter.UNIT: ("other_unit",)}


def names_others(row: Row) -> bool:
    """Whether a row names another product or unit."""
    return any(row.values.get(name) is not None for name in OTHER)


def goods_of_row(row: Row, part: Part, asked: Asked) -> tuple[str, str, str]:
    """Return the code and name of another product, and another unit; empty as ordered.

    What is blank is as in *part*, what is asked. A product is a code with its name or a name alone, so of
    these two a blank one is not taken from another product.
    """
    code, name, unit = (row.text(cell) or None for cell in OTHER)
    if code is not None or name is not None:
        is_same = (code or "").casefold() == part.product_code.casefold()
        code, name = code or "", name or (part.product_name if is_same and code else "")
    return foreign_of(TypedPart(0, product_code=code, product_name=name, unit=unit), part, asked)


def cells_of(matters: Collection[Matter]) -> frozenset[str]:
    """Return the cells that stay locked where these may not be offered."""
    return frozenset(cell for matter in matters for cell in _CELLS[matter])
