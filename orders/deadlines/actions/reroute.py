"""Somebody else at the supplier is asked: they get the question now, and the reminders from now on."""

from datetime import datetime

from django.db import transaction

from orders.deadlines.mail import tell_another_contact
from orders.deadlines.models import Deadline
from orders.purchasing.actions.rounds import hold
from orders.purchasing.lifecycle import OrderSummary
from orders.purchasing.models import PurchaseOrder
from suppliers.journal.actions import Happening, note
from suppliers.people.models import Membership, User
from suppliers.refusal import IllegalMove


@transaction.atomic
def send_to_another_contact(order: PurchaseOrder, *, to: User, by: User, at: datetime) -> None:
    """Send what waits for an answer to another contact of the supplier, and make them the first contact.

    The deadline stays where it is; when no clock runs, for nobody was reached, this mail starts one.
    Raises IllegalMove when nothing waits or that person may not answer this supplier's orders.
    """
    order = hold(order)
    if not order.is_open or order.summary not in OrderSummary.waiting_for_supplier():
        raise IllegalMove(f"Nothing of order {order.number} waits for the supplier any more.")
    if not Membership.objects.answering_orders_of(order.supplier_id).filter(user=to).exists():
        raise IllegalMove(f"{to} may not answer orders of {order.supplier}.")
    deadline = Deadline.objects.running().filter(order=order).order_by("kind").first()
    if deadline is not None:
        deadline.contact = to
        deadline.save(update_fields=["contact"])
    tell_another_contact(order, deadline, to, by=by, at=at)
    note(order, Happening("order.rerouted", f"{by} asked {to} to answer."), by=by, at=at)
