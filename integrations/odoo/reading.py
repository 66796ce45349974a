"""Reading purchase orders: pages for a first import, and single orders."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from integrations.odoo import values
from integrations.odoo.client import OdooClient
from integrations.odoo.courtesy import let_people_go_first
from integrations.odoo.lookups import Lookups, Partners, Products, Row
from integrations.odoo.records import LineRecord, OdooState, OrderRecord
from integrations.odoo.subjects import LINE, ORDER
from integrations.odoo.versions import IMPORTED_STATES, STATES, Dialect
from integrations.transactions import leave_the_database

_ID_BATCH = 500
# So few orders at once that a click which meets them is hardly held up.
BESIDE_PEOPLE = 50

ORDER_FIELDS = [
    "name", "state", "partner_id", "partner_ref", "company_id", "currency_id", "date_order", "date_planned",
    "amount_untaxed", "amount_tax", "amount_total", "user_id", "payment_term_id", "incoterm_id", "write_date",
]  # fmt: skip
LINE_FIELDS = [
    "order_id", "sequence", "product_id", "name", "product_qty", "price_unit", "discount", "price_subtotal",
    "date_planned", "qty_received", "qty_invoiced",
]  # fmt: skip

Domain = list[Any]


class OrderReader:
    """Turns rows of Odoo into records. ``fields_of(model, wanted)`` drops the fields this database lacks."""

    def __init__(
        self, client: OdooClient, dialect: Dialect, fields_of: Callable[[str, list[str]], list[str]]
    ) -> None:
        self._client, self._dialect = client, dialect
        self._lookups = Lookups(client)
        extra = [dialect.notes, dialect.acknowledged, *([dialect.locked] if dialect.locked else [])]
        self._order_fields = fields_of(ORDER, [*ORDER_FIELDS, *extra])
        self._line_fields = fields_of(LINE, [*LINE_FIELDS, dialect.unit])

    def count(self, company_ids: Iterable[int]) -> int:
        """See Gateway.count_orders."""
        return int(self._client.call(ORDER, "search_count", domain=_imported(company_ids)))

    def pages(
        self, company_ids: Iterable[int], *, after_id: int = 0, size: int = 500
    ) -> Iterator[list[OrderRecord]]:
        """See Gateway.order_pages. While the caller stores one page, a thread reads the next.

        Before each, people go first where this yields. Pages begin small and grow as long as nobody is met.
        """
        wanted = _imported(company_ids)
        partners, products = self._lookups.fresh().reading()

        def page(after: int, limit: int) -> list[OrderRecord]:
            rows = self._search_orders([*wanted, ("id", ">", after)], order="id", limit=limit)
            return self._with_lines(rows, partners, products)

        limits = _growing(size)
        with ThreadPoolExecutor(1, thread_name_prefix="odoo-read-ahead") as reader:
            try:
                current = page(after_id, next(limits))
                while current:
                    # The thread yields as its caller does.
                    ahead = reader.submit(copy_context().run, page, current[-1].odoo_id, next(limits))
                    yield current
                    current = ahead.result()
            finally:
                # Rate limit and circuit may have asked the portal's database from there.
                reader.submit(leave_the_database)

    def orders(self, order_ids: Iterable[int]) -> list[OrderRecord]:
        """See Gateway.orders."""
        ids = sorted(set(order_ids))
        partners, products = self._lookups.fresh().reading()
        found: list[OrderRecord] = []
        for start in range(0, len(ids), _ID_BATCH):
            # Searched, not read: read() fails as a whole when one of several ids is gone on some versions.
            domain = [("id", "in", ids[start : start + _ID_BATCH])]
            found += self._with_lines(self._search_orders(domain, order="id"), partners, products)
        return found

    def _search_orders(self, domain: Domain, *, order: str, limit: int = 0) -> list[Row]:
        paging = {"limit": limit} if limit else {}
        return self._client.call(
            # load="": bare ids. Names of vendors and products are slow for Odoo to compose, and unneeded.
            ORDER, "search_read", domain=domain, fields=self._order_fields, order=order, load="", **paging
        )  # fmt: skip

    def _with_lines(self, rows: list[Row], partners: Partners, products: Products) -> list[OrderRecord]:
        if not rows:
            return []
        lines = self._client.call(
            LINE,
            "search_read",
            domain=[("order_id", "in", [row["id"] for row in rows]), ("display_type", "=", False)],
            fields=self._line_fields,
            order="id",
            load="",
        )
        partners.learn(row["partner_id"] for row in rows)
        products.learn(line["product_id"] for line in lines)
        names = self._lookups
        names.units.learn(line[self._dialect.unit] for line in lines)
        names.currencies.learn(row["currency_id"] for row in rows)
        names.users.learn(row["user_id"] for row in rows)
        names.terms.learn(row.get("payment_term_id") for row in rows)
        names.incoterms.learn(row.get("incoterm_id") for row in rows)
        lines_of: dict[int, list[LineRecord]] = {row["id"]: [] for row in rows}
        for line in lines:
            lines_of[line["order_id"]].append(self._line(line, products))
        return [self._order(row, partners, lines_of[row["id"]]) for row in rows]

    def _order(self, row: Row, partners: Partners, lines: list[LineRecord]) -> OrderRecord:
        names, dialect = self._lookups, self._dialect
        return OrderRecord(
            odoo_id=row["id"],
            company_id=row["company_id"],
            partner=partners.of(row["partner_id"]),
            number=row["name"],
            state=state_of(row, dialect),
            ordered_at=values.moment_or_none(row["date_order"]),
            planned_at=values.moment_or_none(row["date_planned"]),
            currency=names.currencies.of(row["currency_id"]),
            amount_untaxed=values.quantity(row["amount_untaxed"]),
            amount_tax=values.quantity(row["amount_tax"]),
            amount_total=values.quantity(row["amount_total"]),
            buyer_id=row["user_id"] or None,
            buyer_name=names.users.of(row["user_id"]),
            supplier_reference=row["partner_ref"] or "",
            notes=row.get(dialect.notes) or "",
            payment_terms=names.terms.of(row.get("payment_term_id")),
            incoterm=names.incoterms.of(row.get("incoterm_id")),
            acknowledged=bool(row.get(dialect.acknowledged)),
            written_at=values.moment(row["write_date"]),
            lines=tuple(sorted(lines, key=_position)),
        )

    def _line(self, row: Row, products: Products) -> LineRecord:
        product = products.of(row["product_id"])
        return LineRecord(
            odoo_id=row["id"],
            sequence=row["sequence"],
            product_code=product.code if product else "",
            description=row["name"] or "",
            quantity=values.quantity(row["product_qty"]),
            unit=self._lookups.units.of(row[self._dialect.unit]),
            unit_price=values.price(row["price_unit"]),
            discount=values.quantity(row.get("discount") or 0.0),
            subtotal=values.quantity(row["price_subtotal"]),
            planned_at=values.moment_or_none(row["date_planned"]),
            received=values.quantity(row["qty_received"]),
            invoiced=values.quantity(row["qty_invoiced"]),
            product_id=row["product_id"] or None,
            category=product.category if product else None,
        )


def state_of(row: Row, dialect: Dialect) -> OdooState:
    """Return the order's state in the same words for every version."""
    state = STATES[row["state"]]
    if dialect.locked and row.get(dialect.locked) and state is OdooState.PURCHASE:
        return OdooState.LOCKED
    return state


def _growing(most: int) -> Iterator[int]:
    """Yield how many orders the next page may have."""
    limit = 0
    while True:
        limit = min(most, BESIDE_PEOPLE if let_people_go_first() else limit * 2 or BESIDE_PEOPLE)
        yield limit


def _position(line: LineRecord) -> tuple[int, int]:
    return line.sequence, line.odoo_id


def _imported(company_ids: Iterable[int]) -> Domain:
    return [("company_id", "in", sorted(company_ids)), ("state", "in", IMPORTED_STATES)]
