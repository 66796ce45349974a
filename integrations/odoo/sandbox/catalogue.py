"""Reads catalogue.txt: an invented distributor's articles and vendors, for the seed 'demo'."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("catalogue.txt")


@dataclass(frozen=True)
class Family:
    """Articles that differ in size only."""

    prefix: str
    # `{}` stands for the size.
    name: str
    sizes: tuple[str, ...]
    # Price of the first size, and the factor from one size to the next.
    price: float
    step: float
    # Usual order quantity.
    quantity: int
    # External id.
    unit: str


@dataclass(frozen=True)
class Person:
    """Somebody who answers for a vendor."""

    name: str
    job: str


@dataclass(frozen=True)
class Vendor:
    """A vendor."""

    # Prefix of its own article numbers.
    code: str
    name: str
    domain: str
    country: str
    city: str
    vat: str
    families: tuple[str, ...]
    # How many orders the demo has with it, and its usual lead time in days.
    orders: int
    days: int
    currency: str
    term: str
    people: tuple[Person, ...]


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(","))


def _read() -> tuple[dict[str, Family], dict[str, str], tuple[Vendor, ...]]:
    families: dict[str, Family] = {}
    groups: dict[str, str] = {}
    vendors: list[list[str]] = []
    people: dict[str, list[Person]] = {}
    for row in TABLE.read_text(encoding="utf-8").splitlines():
        kind, *cells = [cell.strip() for cell in row.split(" | ")]
        if kind == "family":
            prefix, name, sizes, price, step, quantity, unit = cells
            families[prefix] = Family(
                prefix,
                name,
                _several(sizes),
                float(price),
                float(step),
                int(quantity),
                f"uom.product_uom_{unit}",
            )
        elif kind == "group":
            groups |= dict.fromkeys(_several(cells[1]), cells[0])
        elif kind == "vendor":
            vendors.append(cells)
        elif kind == "person":
            people.setdefault(vendors[-1][0], []).append(Person(*cells))
    return families, groups, tuple(_vendor(cells, people.get(cells[0], [])) for cells in vendors)


def _vendor(cells: list[str], people: list[Person]) -> Vendor:
    code, name, domain, country, city, vat, families, orders, days, currency, term = cells
    return Vendor(
        code,
        name,
        domain,
        country,
        city,
        vat,
        _several(families),
        int(orders),
        int(days),
        currency,
        term,
        tuple(people),
    )


# Families by prefix, the product category of each, and the vendors.
FAMILIES, GROUPS, VENDORS = _read()
