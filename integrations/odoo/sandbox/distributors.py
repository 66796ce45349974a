"""Whose database a sandbox is: an invented distributor with its companies, its people and its vendors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.odoo.sandbox.catalogue import VENDORS
from integrations.odoo.sandbox.users import ADMIN, BUYERS, SERVICE, Credentials


@dataclass(frozen=True)
class CompanyPlan:
    """One of a distributor's own companies."""

    name: str
    currency: str
    country: str
    street: str
    zip: str
    city: str
    vat: str
    email: str
    warehouse: str
    tax_name: str
    tax_percent: float


@dataclass(frozen=True)
class Distributor:
    """Who uses one database."""

    companies: tuple[CompanyPlan, ...]
    admin: Credentials
    service: Credentials
    buyers: tuple[Credentials, ...]
    # Vendor code -> how many orders the seed 'demo' has with it.
    orders: Mapping[str, int]
    # In which all orders are placed; "": in each vendor's own.
    currency: str = ""
    # Whether the seed 'demo' has orders that stretch a page: sixty lines, twelve digits.
    with_curiosities: bool = False


NORTHWIND = Distributor(
    companies=(
        CompanyPlan(
            "Northwind Distribution",
            "EUR",
            "BE",
            "Havenlaan 86C",
            "1000",
            "Brussels",
            "BE0999000001",
            "purchasing@northwind.example",
            "WH",
            "21% G",
            21.0,
        ),
        CompanyPlan(
            "Northwind Ibérica",
            "EUR",
            "ES",
            "Carrer de Pallars 193",
            "08005",
            "Barcelona",
            "ESB99000002",
            "compras@northwind.example",
            "BCN",
            "21% IVA soportado",
            21.0,
        ),
    ),
    admin=ADMIN,
    service=SERVICE,
    buyers=BUYERS,
    orders={vendor.code: vendor.orders for vendor in VENDORS},
    with_curiosities=True,
)


def _southbay(login: str, name: str, groups: tuple[str, ...]) -> Credentials:
    return Credentials(f"{login}@southbay.example", login, name, f"{login}@southbay.example", groups)


SOUTHBAY = Distributor(
    companies=(
        CompanyPlan(
            "Southbay Supply Ltd",
            "GBP",
            "GB",
            "Quay Road 12",
            "SO14 3AB",
            "Southampton",
            "GB999000031",
            "purchasing@southbay.example",
            "SOU",
            "20% G",
            20.0,
        ),
    ),
    admin=_southbay("tom", "Tom Ashby", ADMIN.groups),
    service=_southbay("quayside", "Quayside", SERVICE.groups),
    buyers=tuple(
        _southbay(login, name, BUYERS[0].groups)
        for login, name in (("grace", "Grace Whitfield"), ("owen", "Owen Price"))
    ),
    # As Northwind knows them, but for the order in which they were entered: their numbers differ there.
    orders={"TS": 6, "GX": 9, "AF": 26, "PV": 4},
    currency="GBP",
)

DISTRIBUTORS = {"northwind": NORTHWIND, "southbay": SOUTHBAY}
