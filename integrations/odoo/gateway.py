"""OdooGateway: our verbs towards one Odoo database, whichever version it is."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from integrations.errors import FaultClass, NeedsAttention
from integrations.odoo import changes
from integrations.odoo.agreement import AgreementWriter
from integrations.odoo.client import OdooClient
from integrations.odoo.comments import read_comments
from integrations.odoo.identity import identify
from integrations.odoo.lookups import PRODUCT_FIELDS, Categories, Partners, records_of
from integrations.odoo.order_row import OrderRow
from integrations.odoo.reading import OrderReader
from integrations.odoo.receiving import read_receipts
from integrations.odoo.records import (
    ChangedIds,
    CommentRecord,
    OrderRecord,
    PartnerRecord,
    Position,
    ProductRecord,
    ReceiptRecord,
    ServerIdentity,
)
from integrations.odoo.subjects import LINE, NEEDED, ORDER, PRODUCT, Subject, Watch
from integrations.odoo.versions import dialect_of
from integrations.odoo.visit import OdooVisit


class OdooGateway:
    """See verbs.Gateway for what each verb promises."""

    def __init__(self, client: OdooClient) -> None:
        self.client = client
        self.dialect = dialect_of(client.version)
        self._known_fields: dict[str, dict[str, dict[str, Any]]] = {}
        self.missing_fields: list[str] = []

    def close(self) -> None:
        """Close the connections to Odoo."""
        self.client.close()

    def fields(self, model: str) -> dict[str, dict[str, Any]]:
        """Return the fields this database has on a model: modules may be missing, versions differ."""
        if model not in self._known_fields:
            self._known_fields[model] = self.client.call(model, "fields_get", attributes=["type", "digits"])
        return self._known_fields[model]

    def fields_of(self, model: str, wanted: Iterable[str]) -> list[str]:
        """Keep the fields this database has; note the others as missing."""
        known = self.fields(model)
        kept = []
        for name in wanted:
            if name in known:
                kept.append(name)
            elif f"{model}.{name}" not in self.missing_fields:
                self.missing_fields.append(f"{model}.{name}")
        return kept

    @cached_property
    def _reader(self) -> OrderReader:
        return OrderReader(self.client, self.dialect, self.fields_of)

    def identify(self) -> ServerIdentity:
        """See Gateway."""
        self.client.user_id()
        _ = self._reader
        self._look_for_what_is_needed()
        return identify(self.client, self.dialect, tuple(self.missing_fields))

    def _look_for_what_is_needed(self) -> None:
        for subject in Subject:
            for model, names in NEEDED[subject].items():
                if self._fields_if_any(model):
                    self.fields_of(model, names)
                elif model not in self.missing_fields:
                    self.missing_fields.append(model)

    def clock(self) -> datetime:
        """See Gateway."""
        return self.client.answered_at or datetime.now(UTC)

    def count_orders(self, company_ids: Iterable[int]) -> int:
        """See Gateway."""
        return self._reader.count(company_ids)

    def order_pages(
        self, company_ids: Iterable[int], *, after_id: int = 0, size: int = 500
    ) -> Iterator[list[OrderRecord]]:
        """See Gateway."""
        return self._reader.pages(company_ids, after_id=after_id, size=size)

    def offers(self, subject: Subject) -> bool:
        """See Gateway."""
        return all(
            set(names) <= self._fields_if_any(model).keys() for model, names in NEEDED[subject].items()
        )

    def _fields_if_any(self, model: str) -> dict[str, dict[str, Any]]:
        try:
            return self.fields(model)
        except NeedsAttention as refused:
            if refused.fault == FaultClass.CONNECTION:
                raise
            # The module that brings the model is not installed.
            return self._known_fields.setdefault(model, {})

    def changed(
        self, watch: Watch, company_ids: Iterable[int] | None, since: Position, *, limit: int = 500
    ) -> ChangedIds:
        """See Gateway."""
        return changes.changed(self.client, watch, company_ids, since, limit=limit)

    def existing(self, model: str, ids: Iterable[int]) -> set[int]:
        """See Gateway."""
        # Archived records exist as well.
        domain = [("id", "in", sorted(ids))]
        return set(self.client.call(model, "search", domain=domain, context={"active_test": False}))

    def orders(self, order_ids: Iterable[int]) -> list[OrderRecord]:
        """See Gateway."""
        return self._reader.orders(order_ids)

    def receipts(self, receipt_ids: Iterable[int]) -> list[ReceiptRecord]:
        """See Gateway."""
        return read_receipts(self.client, self.dialect, receipt_ids)

    def vendors(self, partner_ids: Iterable[int]) -> list[PartnerRecord]:
        """See Gateway."""
        ids = sorted(partner_ids)
        partners = Partners(self.client)
        partners.learn(ids)
        return partners.known(ids)

    def products(self, product_ids: Iterable[int]) -> list[ProductRecord]:
        """See Gateway."""
        domain = [("id", "in", sorted(product_ids))]
        rows = self.client.call(PRODUCT, "search_read", domain=domain, fields=PRODUCT_FIELDS, load="")
        return records_of(rows, Categories(self.client))

    def comments(self, comment_ids: Iterable[int]) -> list[CommentRecord]:
        """See Gateway."""
        return read_comments(self.client, comment_ids)

    def visit(self, order_id: int, *, first: bool = False) -> OdooVisit:
        """See Gateway."""
        row = OrderRow(self.client, self.dialect, order_id, self._looked_at)
        writer = AgreementWriter(self.client, self.fields(LINE))
        return OdooVisit(row, writer, today=self.clock(), first=first)

    @cached_property
    def _looked_at(self) -> list[str]:
        """What verbs look at of an order, as far as this database has it."""
        dialect = self.dialect
        self.fields_of(ORDER, [dialect.acknowledged])
        wanted = ["name", "state", dialect.locked, dialect.acknowledged, "partner_ref", "picking_ids"]
        return [name for name in wanted if name in self.fields(ORDER)]
