"""The supplier is asked to confirm again what was agreed, because the delivery comes near."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from orders.purchasing import mail
from orders.purchasing.actions import rounds
from orders.purchasing.coming_due import ComingDue, lines_coming_due, orders_coming_due
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.positions import goods_of, label_of, lines_of
from orders.purchasing.rules import Part
from orders.purchasing.saving import save_together
from orders.purchasing.wording import date_text, goods_text, plural
from suppliers.journal.actions import Happening, note
from suppliers.journal.models import Channel
from suppliers.policies.lookup import rulebook_between
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.terms import Matter
from suppliers.policies.wording import rule_text

logger = logging.getLogger(__name__)

_VERB = "order.asked_again"


def ask_what_comes_due(*, at: datetime) -> int:
    """Ask about every order of which something comes due; return how many that were.

    Each is a transaction of its own: one that fails is asked by the next run, the others by this one.
    """
    asked = 0
    for pk in orders_coming_due(at=at):
        try:
            asked += bool(ask_to_confirm_again(PurchaseOrder(pk=pk), at=at))
        except Exception:
            logger.exception("The supplier of order %s could not be asked to confirm again.", pk)
    return asked


@transaction.atomic
def ask_to_confirm_again(order: PurchaseOrder, *, at: datetime) -> int:
    """Ask the supplier whether what comes due still comes as agreed; return how many lines that is about.

    The policies decide, as they are now; each line is asked about once for each promised date, of several
    deliveries each in its time, and all of the order in one mail. What the supplier has to say is an answer
    like any other.
    """
    order = rounds.hold(order)
    if not order.is_open:
        return 0
    lines = lines_of(order)
    book = rulebook_between(order.company, order.supplier_id, at=at)
    due = lines_coming_due(lines, book, order.company)
    if not due:
        return 0
    for one in due:
        # Whoever has not answered about an earlier delivery is asked about this one all the same.
        if one.line.state == LineState.AGREED:
            one.line.come_due()
        one.line.asked_again_for = one.upto
    asked = [one.line for one in due]
    save_together(asked, ["asked_again_for"])
    rounds.close_round(order, asked, at=at)
    note(order, _happening(lines, due, book), by=None, at=at, channel=Channel.SYSTEM, actor_name="Quayside")
    mail.tell_supplier_to_confirm_again(order, due, at=at)
    return len(due)


def _happening(lines: Sequence[PurchaseOrderLine], due: Sequence[ComingDue], book: Rulebook) -> Happening:
    """Say what was asked, and by which version of which policy."""
    rules = {rule for one in due if (rule := book.rule(Matter.AGAIN, goods_of(one.line)))}
    policies = "; ".join(sorted(f"{rule.name}, version {rule.number}: {rule_text(rule)}" for rule in rules))
    places = {line.pk: position for position, line in enumerate(lines, start=1)}
    changes = tuple(
        {"what": label_of(one.line, places[one.line.pk]), "old": "", "new": _promised(one, part)}
        for one in due
        for part in one.deliveries
    )
    sentence = f"The supplier is asked to confirm {plural(len(due), 'line')} again."
    return Happening(_VERB, sentence, changes, policies)


def _promised(due: ComingDue, part: Part) -> str:
    goods = f"{goods_text(part, due.line.unit)} " if due.is_split else ""
    return f"{goods}promised for {date_text(part.delivery_on)}"
