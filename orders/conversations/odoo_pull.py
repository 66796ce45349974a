"""What buyers write to the vendor in an order's chatter comes in as their message, each comment once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from integrations.odoo.models import OdooConnection
from integrations.odoo.readers import reads
from integrations.odoo.records import CommentRecord
from integrations.odoo.subjects import Subject
from orders.conversations.matters import matter_of_order
from orders.purchasing.models import PurchaseOrder
from suppliers.refusal import Refused
from suppliers.threads.actions import receive_message
from suppliers.threads.files import CheckedFile, Upload, check_file, clean_name
from suppliers.threads.lifecycle import Side, Way
from suppliers.threads.models import Message
from suppliers.threads.plain import text_of_html
from suppliers.threads.rules import MOST_FILES


def unknown_comments(connection: OdooConnection, ids: Iterable[int]) -> Iterable[int]:
    """Return those of the comments that are not here yet: each comes once, whatever is edited later."""
    keys = {_key(connection, pk): pk for pk in ids}
    known = set(Message.objects.filter(external_key__in=keys).values_list("external_key", flat=True))
    return [pk for key, pk in keys.items() if key not in known]


@reads(Subject.COMMENTS, wanted=unknown_comments)
def apply_comments(connection: OdooConnection, records: Sequence[CommentRecord], *, now: datetime) -> int:
    """Take comments on orders the portal holds as messages of the buyer; return how many were new."""
    orders = _orders(connection, {record.order_id for record in records})
    return sum(_take(connection, orders[r.order_id], r, now=now) for r in records if r.order_id in orders)


def _take(connection: OdooConnection, order: PurchaseOrder, record: CommentRecord, *, now: datetime) -> bool:
    text = text_of_html(record.body)
    files, refused = _sorted_out(record)
    if not text and not files and not refused:
        return False
    message = receive_message(
        matter_of_order(order),
        side=Side.BUYER,
        way=Way.ODOO,
        by=None,
        by_name=record.author or str(order.company),
        text=text,
        # Odoo's clock may be ahead of ours; nothing is written in the future.
        at=min(record.written_at, now),
        external_key=_key(connection, record.odoo_id),
        files=files,
        refused=refused,
    )
    return message is not None


def _sorted_out(record: CommentRecord) -> tuple[list[CheckedFile], list[tuple[str, str]]]:
    """Return the files that may come over, and the others' names with the reason."""
    files: list[CheckedFile] = []
    refused: list[tuple[str, str]] = []
    for file in record.files:
        if file.data is None or len(files) == MOST_FILES:
            refused.append((clean_name(file.name), "This file stays in the customer's system: ask for it."))
            continue
        try:
            files.append(check_file(Upload(file.name, file.data)))
        except Refused as refusal:
            refused.append((clean_name(file.name), str(refusal)))
    return files, refused


def _orders(connection: OdooConnection, odoo_ids: Iterable[int]) -> dict[int, PurchaseOrder]:
    rows = PurchaseOrder.objects.filter(company__connection=connection, odoo_id__in=list(odoo_ids))
    return {order.odoo_id: order for order in rows.select_related("company", "supplier")}


def _key(connection: OdooConnection, comment_id: int) -> str:
    return f"odoo:{connection.pk}:{comment_id}"
