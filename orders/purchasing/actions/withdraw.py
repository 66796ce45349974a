"""The supplier takes back what it proposed, as long as nobody has decided on it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from orders.purchasing import mail, odoo_push
from orders.purchasing.actions import rounds
from orders.purchasing.actions.proposals import settle_proposals, undecided
from orders.purchasing.lifecycle import AnswerState, LineState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.positions import parts_of
from orders.purchasing.record_keeping import keep_records
from orders.purchasing.wording import changes_of, plural
from suppliers.journal.actions import Happening, note
from suppliers.people.models import User


@transaction.atomic
def withdraw_proposals(
    order: PurchaseOrder,
    *,
    by: User,
    answer_ids: Sequence[int],
    at: datetime,
    reason: str = "",
    channel: str = "WEB",
) -> None:
    """Take back undecided proposals: each line waits for what it waited for before.

    *answer_ids* are LineAnswer ids of this order. A counter-proposal that the proposal had answered is open
    again; what was agreed before it stands. Raises IllegalMove when one was decided already or the order is
    closed; then nothing is saved.
    """
    order = rounds.hold(order)
    lines, asked, proposals = undecided(order, answer_ids)
    parts = parts_of(proposals)
    settle_proposals(order, proposals, AnswerState.WITHDRAWN, by=by, at=at, reason=reason.strip())
    for proposal in proposals:
        _put_back(lines[proposal.line_id], proposal)
    summary = rounds.close_round(order, [lines[proposal.line_id] for proposal in proposals], at=at)
    changes = changes_of((asked[p.line_id], parts[p.pk], p.deviations) for p in proposals)
    taken = tuple({"what": one["what"], "old": one["new"], "new": one["old"]} for one in changes)
    sentence = f"{by} took back {plural(len(proposals), 'proposal')}."
    note(order, Happening("order.withdrew", sentence, taken, reason.strip()), by=by, at=at, channel=channel)
    key = f"w{max(answer_ids)}"
    if any({"split", "rejected", "product", "unit"} & set(proposal.deviations) for proposal in proposals):
        # Odoo was asked to decide on these: whoever reads the activity there must learn that it is over.
        odoo_push.enqueue_withdrawal(
            order, [asked[p.line_id] for p in proposals], key=key, by=by, at=at, summary=summary
        )
    keep_records([order], at=at)
    mail.tell_buyers_of_withdrawal(order, changes, by=by, at=at, key=key, reason=reason.strip())


def _put_back(line: PurchaseOrderLine, proposal: LineAnswer) -> None:
    before = LineState(proposal.state_before or LineState.ASKED)
    if before == LineState.COUNTERED and not _open_again(line, proposal):
        before = LineState.ASKED
    line.take_back(before)


def _open_again(line: PurchaseOrderLine, proposal: LineAnswer) -> bool:
    """Open the buyer's counter-proposal that the taken back one had answered."""
    counters = LineAnswer.objects.filter(line=line, answer__side=Side.BUYER)
    counter = counters.filter(answer__round__lt=proposal.answer.round).order_by("-answer__round").first()
    if counter is None or counter.state != AnswerState.COUNTERED:
        return False
    counter.state, counter.decided_by, counter.decided_at = AnswerState.PENDING, None, None
    counter.save(update_fields=["state", "decided_by", "decided_at"])
    return True
