"""What orders refer to (vendors, products, units, currencies, terms): read in batches and remembered."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from integrations.errors import FaultClass, NeedsAttention
from integrations.odoo import values
from integrations.odoo.client import OdooClient
from integrations.odoo.records import CategoryRecord, PartnerRecord, ProductRecord

# Currencies, units and payment terms hardly ever change; five minutes late is soon enough.
REMEMBERED_SECONDS = 300.0
_BATCH = 2000
PRODUCT_FIELDS = ["default_code", "categ_id"]
_CATEGORY_FIELDS = ["name", "complete_name", "parent_path"]
_PARTNER_FIELDS = ["name", "vat", "email", "ref", "write_date", "commercial_partner_id"]

Row = dict[str, Any]


class Names:
    """One column of one model by id, as text."""

    def __init__(self, client: OdooClient, model: str, field: str) -> None:
        self._client, self._model, self._field = client, model, field
        self._names: dict[int, str] = {}

    def learn(self, ids: Iterable[Any]) -> None:
        """Read the names of those ids that are not known yet, in few calls."""
        unknown = sorted({pk for pk in ids if pk} - self._names.keys())
        for batch in _batches(unknown):
            self._names |= dict.fromkeys(batch, "")
            for row in read_if_allowed(self._client, self._model, batch, [self._field]):
                self._names[row["id"]] = values.text(row[self._field])

    def of(self, pk: Any) -> str:
        """Return the name; "" for none and for what we may not read."""
        return self._names.get(pk, "") if pk else ""


class Categories:
    """Product categories by id."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client
        self._known: dict[int, CategoryRecord | None] = {}

    def learn(self, ids: Iterable[Any]) -> None:
        """Read those categories that are not known yet."""
        unknown = sorted({pk for pk in ids if pk} - self._known.keys())
        for batch in _batches(unknown):
            self._known |= dict.fromkeys(batch)
            for row in read_if_allowed(self._client, "product.category", batch, _CATEGORY_FIELDS):
                path = f"/{values.text(row['parent_path']).strip('/') or row['id']}/"
                name = values.text(row["complete_name"]) or values.text(row["name"])
                self._known[row["id"]] = CategoryRecord(row["id"], name, path)

    def of(self, pk: Any) -> CategoryRecord | None:
        """Return the category; None for none and for what we may not read."""
        return self._known.get(pk) if pk else None


class Products:
    """Products by id: code and category."""

    def __init__(self, client: OdooClient, categories: Categories) -> None:
        self._client, self._categories = client, categories
        self._known: dict[int, ProductRecord] = {}

    def learn(self, ids: Iterable[Any]) -> None:
        """Read those products that are not known yet, in few calls."""
        unknown = sorted({pk for pk in ids if pk} - self._known.keys())
        for batch in _batches(unknown):
            rows = read_if_allowed(self._client, "product.product", batch, PRODUCT_FIELDS)
            self._known |= {row.odoo_id: row for row in records_of(rows, self._categories)}

    def of(self, pk: Any) -> ProductRecord | None:
        """Return the product; None for none and for what we may not read."""
        return self._known.get(pk) if pk else None


def records_of(rows: Iterable[Row], categories: Categories) -> list[ProductRecord]:
    """Return products as they were read, with their categories."""
    rows = list(rows)
    categories.learn(row["categ_id"] for row in rows)
    return [
        ProductRecord(row["id"], values.text(row["default_code"]), categories.of(row["categ_id"]))
        for row in rows
    ]


class Partners:
    """Vendors by the id of any of their contacts: the commercial partner is the vendor."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client
        self._vendor_of: dict[int, int] = {}
        self._vendors: dict[int, PartnerRecord] = {}

    def learn(self, ids: Iterable[int]) -> None:
        """Read the vendors of those partners that are not known yet."""
        self._read(set(ids) - self._vendor_of.keys())
        self._read(set(self._vendor_of.values()) - self._vendors.keys())

    def of(self, pk: int) -> PartnerRecord:
        """Return the vendor behind a partner."""
        return self._vendors[self._vendor_of[pk]]

    def known(self, ids: Iterable[int]) -> list[PartnerRecord]:
        """Return those of the partners that are vendors themselves, not contacts of one."""
        return [self._vendors[pk] for pk in ids if pk in self._vendors]

    def _read(self, ids: set[int]) -> None:
        for batch in _batches(sorted(ids)):
            for row in self._client.call("res.partner", "read", batch, fields=_PARTNER_FIELDS, load=""):
                vendor = self._vendor_of[row["id"]] = row["commercial_partner_id"] or row["id"]
                if vendor == row["id"]:
                    self._vendors[vendor] = PartnerRecord(
                        odoo_id=vendor,
                        name=values.text(row["name"]),
                        vat=values.text(row["vat"]),
                        email=values.text(row["email"]),
                        reference=values.text(row["ref"]),
                        written_at=values.moment(row["write_date"]),
                    )


class Lookups:
    """All that orders refer to. Vendors and products are read for each reading, the rest is remembered."""

    def __init__(self, client: OdooClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._clock = client, clock
        self._remember()

    def _remember(self) -> None:
        client = self._client
        self._until = self._clock() + REMEMBERED_SECONDS
        self.currencies = Names(client, "res.currency", "name")
        self.units = Names(client, "uom.uom", "name")
        self.terms = Names(client, "account.payment.term", "name")
        self.incoterms = Names(client, "account.incoterms", "code")
        self.users = Names(client, "res.users", "name")
        self.companies = Names(client, "res.company", "name")
        self.categories = Categories(client)

    def fresh(self) -> "Lookups":
        """Return this, having forgotten what is too old."""
        if self._clock() > self._until:
            self._remember()
        return self

    def reading(self) -> tuple[Partners, Products]:
        """Return empty memories of vendors and products for one reading (or one whole import)."""
        return Partners(self._client), Products(self._client, self.categories)


def read_if_allowed(client: OdooClient, model: str, ids: list[int], fields: list[str]) -> list[Row]:
    """Read; [] where our user has no right to: a missing name must not stop an order from coming in."""
    try:
        return client.call(model, "read", ids, fields=fields, load="")
    except NeedsAttention as refused:
        if refused.fault != FaultClass.PERMISSION:
            raise
        return []


def _batches(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
