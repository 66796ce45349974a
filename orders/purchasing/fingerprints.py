"""One hash per order on both sides: PostgreSQL makes it of the mirror, Python of what Odoo says."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from integrations.odoo.records import LineRecord, OrderRecord
from orders.purchasing.revisions import STATES

# Between values and between lines; neither occurs in what people type.
_UNIT, _RECORD = "\x1f", "\x1e"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A mirrored order, known by its hash."""

    odoo_id: int
    state: str
    fingerprint: str


# The hash is made where the rows are: one short row per order comes over, whatever the number of its lines.
# Lines that Odoo no longer has stay here cancelled; they are left out, as Odoo leaves them out.
_MIRRORED = r"""
SELECT o.odoo_id, o.state, encode(sha256(convert_to(concat_ws(E'\x1f',
    o.number, o.state, coalesce(extract(epoch FROM o.ordered_at)::bigint::text, ''), o.currency,
    o.amount_untaxed::text, o.amount_tax::text, o.amount_total::text,
    coalesce(o.buyer_odoo_id::text, ''), o.buyer_name, o.notes, o.payment_terms, o.incoterm,
    o.acknowledged_in_odoo::text, coalesce(v.odoo_partner_id::text, ''), coalesce(l.lines, '')
    ), 'UTF8')), 'hex')
  FROM purchasing_purchaseorder AS o
  LEFT JOIN people_vendoraccount AS v ON v.company_id = o.company_id AND v.supplier_id = o.supplier_id
  LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(E'\x1f',
        odoo_id::text, sequence::text, product_code, description, unit, quantity::text, unit_price::text,
        discount::text, subtotal::text, coalesce(extract(epoch FROM planned_at)::bigint::text, ''),
        received::text, invoiced::text), E'\x1e' ORDER BY odoo_id) AS lines
      FROM purchasing_purchaseorderline
     WHERE order_id = o.id AND (state <> 'CANCELLED' OR odoo_id = ANY (%(present)s))) AS l ON true
 WHERE o.company_id = %(company)s AND o.odoo_id > %(after)s
   AND (%(last)s::bigint IS NULL OR o.odoo_id <= %(last)s)
 ORDER BY o.odoo_id
"""


def mirrored(
    company_id: int, *, after: int, last: int | None, present: Collection[int]
) -> dict[int, Mirrored]:
    """Return the mirrored orders of a company with Odoo ids above *after* up to *last*, by Odoo id.

    *present* are the ids of the lines that Odoo has of these orders.
    """
    given: dict[str, Any] = {
        "company": company_id,
        "after": after,
        "last": last,
        "present": list(present),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MIRRORED, given)
        return {row[0]: Mirrored(*row) for row in cursor.fetchall()}


def fingerprint(record: OrderRecord) -> str:
    """Return the hash of an order as Odoo says it now: the same values in the same order as above."""
    head = (
        record.number,
        STATES[record.state].value,
        _seconds(record.ordered_at),
        record.currency,
        str(record.amount_untaxed),
        str(record.amount_tax),
        str(record.amount_total),
        str(record.buyer_id or ""),
        record.buyer_name,
        record.notes,
        record.payment_terms,
        record.incoterm,
        "true" if record.acknowledged else "false",
        str(record.partner.odoo_id),
        _RECORD.join(_lines(record.lines)),
    )
    return sha256(_UNIT.join(head).encode()).hexdigest()


def _lines(lines: Iterable[LineRecord]) -> list[str]:
    return [
        f"{line.odoo_id}{_UNIT}{line.sequence}{_UNIT}{line.product_code}{_UNIT}{line.description}{_UNIT}"
        f"{line.unit}{_UNIT}{line.quantity}{_UNIT}{line.unit_price}{_UNIT}{line.discount}{_UNIT}"
        f"{line.subtotal}{_UNIT}{_seconds(line.planned_at)}{_UNIT}{line.received}{_UNIT}{line.invoiced}"
        for line in sorted(lines, key=_id)
    ]


def _id(line: LineRecord) -> int:
    return line.odoo_id


def _seconds(moment: datetime | None) -> str:
    return str(int(moment.timestamp())) if moment else ""
