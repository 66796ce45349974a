"""Writing what was agreed: the lines in one write each, the receipts' date, then reading back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from integrations.errors import FaultClass, NeedsAttention
from integrations.odoo import values
from integrations.odoo.client import OdooClient
from integrations.odoo.order_row import OrderRow
from integrations.odoo.records import AgreedLine, OdooState
from integrations.odoo.subjects import LINE

PICKING = "stock.picking"
_FIELDS = ["order_id", "name", "product_qty", "price_unit", "discount", "date_planned"]
_SETTLED_RECEIPTS = ["done", "cancel"]


@dataclass(frozen=True, slots=True)
class Held:
    """What Odoo holds of a line that an agreement speaks of."""

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    planned_at: datetime | None
    label: str

    def __str__(self) -> str:
        on = f"{self.planned_at:%Y-%m-%d %H:%M}" if self.planned_at else "no date"
        return f"{self.quantity.normalize():f} at {self.unit_price.normalize():f} on {on}"

    def is_agreed(self, line: AgreedLine) -> bool:
        """Whether Odoo holds what was agreed."""
        return (
            self.quantity == line.quantity
            and self.unit_price == line.unit_price
            and self.discount == line.discount
            and self.planned_at == line.planned_at.replace(microsecond=0)
        )

    def is_base(self, line: AgreedLine) -> bool:
        """Whether Odoo holds what it held when the agreement was made."""
        return (
            self.quantity == line.base_quantity
            and self.unit_price == line.base_unit_price
            and self.planned_at == _second(line.base_planned_at)
        )


class AgreementWriter:
    """Carries one agreement into Odoo. May run again at any point: it writes only what differs."""

    def __init__(self, client: OdooClient, line_fields: dict[str, dict[str, Any]]) -> None:
        self._client, self._line_fields = client, line_fields

    def write(self, order: OrderRow, lines: Iterable[AgreedLine], *, receipt_at: datetime | None) -> None:
        """See Visit.write_agreement. Where nothing had to be written, the look before is the one after."""
        agreed = list(lines)
        self._check_places(agreed)
        picking_ids = self._check_order(order)
        held = self._read(order.id, agreed)
        self._check_conflicts(agreed, held)
        differing = [line for line in agreed if not held[line.odoo_id].is_agreed(line)]
        if differing:
            order.has_changed()
        for line in differing:
            self._client.call(LINE, "write", [line.odoo_id], vals=_values(line))
        moved = self._move_receipts(picking_ids, receipt_at)
        self._read_back(order.id, agreed if differing else [], picking_ids if moved else [], receipt_at)

    def _check_places(self, agreed: list[AgreedLine]) -> None:
        """Refuse what Odoo would round away: it would look like a change by somebody else afterwards."""
        fields = (("product_qty", "quantity"), ("price_unit", "unit_price"), ("discount", "discount"))
        for line in agreed:
            for field, name in fields:
                digits = self._line_fields.get(field, {}).get("digits")
                value: Decimal = getattr(line, name)
                if value == getattr(line, f"base_{name}", None):
                    continue  # it stays as Odoo has it
                if digits and value != round(value, digits[1]):
                    raise NeedsAttention(
                        f"Odoo keeps {digits[1]} decimal places of the {name.replace('_', ' ')}, but"
                        f" {value.normalize():f} was agreed: raise the decimal accuracy in Odoo's settings.",
                        detail=f"{LINE} {line.odoo_id} {field} digits {digits}",
                    )

    @staticmethod
    def _check_order(order: OrderRow) -> list[int]:
        """Return the ids of the order's receipts; raise NeedsAttention when it is gone or cancelled."""
        row = order.read()
        if order.state() is OdooState.CANCELLED:
            raise NeedsAttention(f"The order {row['name']} was cancelled in Odoo.", fault=FaultClass.CONFLICT)
        return list(row.get("picking_ids", ()))

    def _read(self, order_id: int, agreed: list[AgreedLine]) -> dict[int, Held]:
        ids = [line.odoo_id for line in agreed]
        domain = [("id", "in", ids), ("order_id", "=", order_id)]
        rows = self._client.call(LINE, "search_read", domain=domain, fields=_FIELDS, load="")
        return {
            row["id"]: Held(
                quantity=values.quantity(row["product_qty"]),
                unit_price=values.price(row["price_unit"]),
                discount=values.quantity(row["discount"]),
                planned_at=values.moment_or_none(row["date_planned"]),
                label=(row["name"] or "").splitlines()[0] if row["name"] else f"line {row['id']}",
            )
            for row in rows
        }

    def _check_conflicts(self, agreed: list[AgreedLine], held: dict[int, Held]) -> None:
        problems = []
        for line in agreed:
            now = held.get(line.odoo_id)
            if now is None:
                problems.append(f"a line that was agreed ({_agreed(line)}) is gone")
            elif not now.is_agreed(line) and not now.is_base(line):
                problems.append(f"{now.label}: Odoo now holds {now}, agreed was {_agreed(line)}")
        if problems:
            raise NeedsAttention(
                f"The order was changed in Odoo meanwhile; nothing was written. {'; '.join(problems)}.",
                detail="\n".join(f"{line!r}\n  held: {held.get(line.odoo_id)!r}" for line in agreed),
                fault=FaultClass.CONFLICT,
            )

    def _open_receipts(self, picking_ids: list[int]) -> list[dict[str, Any]]:
        return self._client.call(
            PICKING,
            "search_read",
            domain=[
                ("id", "in", picking_ids),
                ("picking_type_code", "=", "incoming"),
                ("state", "not in", _SETTLED_RECEIPTS),
            ],
            fields=["name", "scheduled_date"],
        )

    def _move_receipts(self, picking_ids: list[int], at: datetime | None) -> bool:
        """Move what is still to come: Odoo passes a line's date on to the deadline only, not to the plan.

        Returns whether there was something to move.
        """
        if at is None or not picking_ids:
            return False
        late = [row["id"] for row in self._open_receipts(picking_ids) if not _is_scheduled(row, at)]
        if late:
            self._client.call(PICKING, "write", late, vals={"scheduled_date": values.written(at)})
        return bool(late)

    def _read_back(
        self, order_id: int, agreed: list[AgreedLine], picking_ids: list[int], receipt_at: datetime | None
    ) -> None:
        held = self._read(order_id, agreed) if agreed else {}
        differing = [
            f"{held[line.odoo_id].label}: Odoo holds {held[line.odoo_id]} after {_agreed(line)} was written"
            if line.odoo_id in held
            else "a line is gone"
            for line in agreed
            if line.odoo_id not in held or not held[line.odoo_id].is_agreed(line)
        ]
        if receipt_at is not None and picking_ids:
            differing += [
                f"receipt {row['name']} is still planned for {row['scheduled_date']}"
                for row in self._open_receipts(picking_ids)
                if not _is_scheduled(row, receipt_at)
            ]
        if differing:
            raise NeedsAttention(
                f"Odoo did not keep what was written: {'; '.join(differing)}.", fault=FaultClass.CONFLICT
            )


def _values(line: AgreedLine) -> dict[str, Any]:
    """All in one write: a quantity written alone makes Odoo reset price and date from its price list."""
    return {
        "product_qty": float(line.quantity),
        "price_unit": float(line.unit_price),
        "discount": float(line.discount),
        "date_planned": values.written(line.planned_at),
    }


def _agreed(line: AgreedLine) -> str:
    quantity, price = line.quantity.normalize(), line.unit_price.normalize()
    return f"{quantity:f} at {price:f} on {line.planned_at:%Y-%m-%d %H:%M}"


def _is_scheduled(row: dict[str, Any], at: datetime) -> bool:
    return values.moment_or_none(row["scheduled_date"]) == at.replace(microsecond=0)


def _second(at: datetime | None) -> datetime | None:
    return at.replace(microsecond=0) if at else None
