"""The receipts of one order, for its page: one query."""

from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from orders.purchasing.badges import Badge
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.revisions import day_in
from orders.receipts.lifecycle import ReceiptState
from orders.receipts.models import Receipt, ReceiptLine
from suppliers.people.models import User
from suppliers.prepared import prepared
from suppliers.tenancy import Viewer

_TONES = {ReceiptState.EXPECTED: "theirs", ReceiptState.DONE: "done", ReceiptState.CANCELLED: "gone"}


@dataclass(slots=True)
class ReceiptView:
    """A receipt with its lines."""

    receipt: Receipt
    zone: ZoneInfo
    lines: list[ReceiptLine] = field(default_factory=list)

    @property
    def badge(self) -> Badge:
        """Where the goods are."""
        state = ReceiptState(self.receipt.state)
        returned = self.receipt.is_return and state == ReceiptState.DONE
        return Badge(_TONES[state], "Sent back" if returned else state.label)

    @property
    def expected_on(self) -> date | None:
        """The day the goods are expected, in the ship-to zone."""
        return day_in(self.zone, self.receipt.scheduled_at)


def receipts_of(order: PurchaseOrder, user: User) -> list[ReceiptView]:
    """Return the order's receipts that the user may see, what is still expected first."""
    zone = ZoneInfo(order.company.time_zone)
    views: dict[int, ReceiptView] = {}
    for row in _receipt_lines(user, order.pk):
        views.setdefault(row.receipt_id, ReceiptView(row.receipt, zone)).lines.append(row)
    return sorted(views.values(), key=lambda view: view.receipt.state != ReceiptState.EXPECTED)


@prepared
def _receipt_lines(viewer: Viewer, order_id: int) -> QuerySet[ReceiptLine]:
    return (
        ReceiptLine.objects.visible_to(viewer)
        .filter(receipt__order=order_id)
        .select_related("receipt", "line")
        .order_by("receipt__scheduled_at", "receipt_id", "line__sequence", "pk")
    )
