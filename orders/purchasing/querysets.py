"""The reading vocabulary of purchase orders and their lines."""

from typing import Self

from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary
from suppliers.tenancy import TenantQuerySet


class OrderQuerySet(TenantQuerySet):
    """Purchase orders."""

    def open(self) -> Self:
        """Orders the supplier may still answer."""
        return self.filter(state__in=OrderState.open())

    def waiting_for_supplier(self) -> Self:
        """Orders with at least one line the supplier must answer."""
        return self.filter(summary__in=OrderSummary.waiting_for_supplier())


class LineQuerySet(TenantQuerySet):
    """Lines of purchase orders."""

    def open(self) -> Self:
        """Lines of orders the supplier may still answer."""
        return self.filter(order__state__in=OrderState.open()).exclude(state=LineState.CANCELLED)

    def waiting_for_supplier(self) -> Self:
        """Lines the supplier must answer."""
        return self.filter(state__in=LineState.waiting_for_supplier())

    def waiting_for_buyer(self) -> Self:
        """Lines with a proposal the buyer must decide."""
        return self.filter(state=LineState.PROPOSED)

    def to_change_in_odoo(self) -> Self:
        """Lines whose agreed product or unit a person has to put into Odoo."""
        return self.filter(awaited_change__isnull=False, state__in=LineState.settled())
