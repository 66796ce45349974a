"""Receipts come in from Odoo: set-based upsert, and a journal entry when goods have arrived."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Q

from integrations.odoo.models import OdooConnection
from integrations.odoo.readers import forgets, reads
from integrations.odoo.records import ReceiptMoveRecord, ReceiptRecord
from integrations.odoo.subjects import RECEIPT, Subject
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.receipts.lifecycle import ReceiptState
from orders.receipts.models import Receipt, ReceiptLine
from suppliers.journal.actions import Happening, note_many
from suppliers.journal.models import Channel

_FIELDS = ["number", "state", "is_return", "scheduled_at", "done_at", "content_hash"]
_LINE_FIELDS = ["line", "expected", "received", "unit"]


@dataclass(slots=True)
class _Part:
    """What one receipt in Odoo holds of one order of ours."""

    order: PurchaseOrder
    record: ReceiptRecord
    moves: list[tuple[PurchaseOrderLine, ReceiptMoveRecord]] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int]:
        return self.order.pk, self.record.odoo_id

    @property
    def content_hash(self) -> str:
        said = (self.record, [(line.pk, move) for line, move in self.moves])
        return sha256(repr(said).encode()).hexdigest()


@reads(Subject.RECEIPTS)
@transaction.atomic
def apply_receipts(connection: OdooConnection, records: Sequence[ReceiptRecord], *, now: datetime) -> int:
    """Bring what Odoo says of these receipts into the portal and return how many were new or changed.

    The same records twice change nothing. Receipts of orders the portal does not hold are left out; their
    orders bring them when they come in (see feed.import_all).
    """
    parts = _parts(connection, records)
    held = _held(connection, records)
    changed = [
        part for part in parts if part.key not in held or held[part.key].content_hash != part.content_hash
    ]
    receipts = Receipt.objects.bulk_create(
        [_receipt(part) for part in changed],
        update_conflicts=True,
        unique_fields=["order", "odoo_id"],
        update_fields=_FIELDS,
    )
    _store_lines(receipts, changed)
    gone = held.keys() - {part.key for part in parts}
    Receipt.objects.filter(pk__in=[held[key].pk for key in gone]).delete()
    _tell(changed, held, now=now)
    return len(changed) + len(gone)


def held_receipts(connection: OdooConnection) -> Iterable[int]:
    """Return the receipts whose end would matter: what is done cannot be deleted in Odoo."""
    rows = Receipt.objects.filter(order__company__connection=connection).exclude(state=ReceiptState.DONE)
    return rows.values_list("odoo_id", flat=True)


@forgets(Subject.RECEIPTS, RECEIPT, held=held_receipts)
@transaction.atomic
def forget_receipts(connection: OdooConnection, odoo_ids: Iterable[int], *, now: datetime) -> int:
    """Remove receipts that Odoo no longer has, and say so in their orders' journals."""
    rows = Receipt.objects.filter(order__company__connection=connection, odoo_id__in=list(odoo_ids))
    gone = list(rows.select_related("order").select_for_update(of=["self"]).order_by("pk"))
    happening = "Receipt {} was deleted in Odoo."
    _note([(row.order, Happening("receipt.deleted", happening.format(row.number))) for row in gone], now)
    Receipt.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return len(gone)


def _parts(connection: OdooConnection, records: Sequence[ReceiptRecord]) -> list[_Part]:
    companies = {company.odoo_company_id: company.pk for company in connection.companies.all()}
    lines = {
        (line.company_id, line.odoo_id): line
        for line in PurchaseOrderLine.objects.filter(
            company__in=companies.values(),
            odoo_id__in={move.line_id for record in records for move in record.moves},
        ).select_related("order")
    }
    parts: dict[tuple[int, int], _Part] = {}
    for record in records:
        for move in record.moves:
            line = lines.get((companies.get(record.company_id, 0), move.line_id))
            if line is not None:
                key = line.order_id, record.odoo_id
                parts.setdefault(key, _Part(line.order, record)).moves.append((line, move))
    return list(parts.values())


def _held(connection: OdooConnection, records: Sequence[ReceiptRecord]) -> dict[tuple[int, int], Receipt]:
    """Lock the mirrors concerned, always in the same order so that two feeds cannot wait for each other."""
    rows = Receipt.objects.filter(
        Q(company__connection=connection), odoo_id__in=[record.odoo_id for record in records]
    )
    return {(row.order_id, row.odoo_id): row for row in rows.order_by("pk").select_for_update(of=["self"])}


def _receipt(part: _Part) -> Receipt:
    return Receipt(
        supplier_id=part.order.supplier_id,
        company_id=part.order.company_id,
        order=part.order,
        odoo_id=part.record.odoo_id,
        number=part.record.number[:64],
        state=ReceiptState(part.record.state.value),
        is_return=part.record.is_return,
        scheduled_at=part.record.scheduled_at,
        done_at=part.record.done_at,
        content_hash=part.content_hash,
    )


def _store_lines(receipts: Sequence[Receipt], parts: Sequence[_Part]) -> None:
    kept: set[int] = {
        row.pk
        for row in ReceiptLine.objects.bulk_create(
            [
                ReceiptLine(
                    supplier_id=receipt.supplier_id,
                    company_id=receipt.company_id,
                    receipt=receipt,
                    line=line,
                    odoo_id=move.odoo_id,
                    expected=move.expected,
                    received=move.received,
                    unit=move.unit[:60],
                )
                for receipt, part in zip(receipts, parts, strict=True)
                for line, move in part.moves
            ],
            update_conflicts=True,
            unique_fields=["receipt", "odoo_id"],
            update_fields=_LINE_FIELDS,
        )
    }
    ReceiptLine.objects.filter(receipt__in=receipts).exclude(pk__in=kept).delete()


def _tell(parts: Sequence[_Part], held: dict[tuple[int, int], Receipt], *, now: datetime) -> None:
    """Note goods that have arrived since the portal last looked; a first import tells of the past as well."""
    notes = []
    for part in parts:
        before = held.get(part.key)
        arrived = part.record.state.value == ReceiptState.DONE
        if arrived and before is not None and before.state != ReceiptState.DONE:
            what = "Returned" if part.record.is_return else "Received"
            notes.append((part.order, Happening("receipt.done", f"{what}: {_said(part)}.")))
    _note(notes, now)


def _said(part: _Part) -> str:
    count = len({line.pk for line, move in part.moves if move.received})
    return f"{part.record.number}, goods of {count} line{'' if count == 1 else 's'}"


def _note(notes: list[tuple[PurchaseOrder, Happening]], now: datetime) -> None:
    note_many(notes, at=now, channel=Channel.ODOO, actor_name="Odoo")
