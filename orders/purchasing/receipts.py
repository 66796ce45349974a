"""What the page says after something was done: what happened, a receipt number, and what comes next."""

from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import Answer, PurchaseOrder


def number_of(order: PurchaseOrder, answer: Answer) -> str:
    """Return the receipt number of a round: the order's number and the round's, as both sides see them."""
    return f"{order.number}-R{answer.round}"


def of_answer(order: PurchaseOrder, answer: Answer) -> str:
    """Say what became of a supplier's answer."""
    said = list(answer.lines.values_list("state", "confirms_again"))
    states = [state for state, _ in said]
    pending, again = states.count(AnswerState.PENDING), sum(is_again for _, is_again in said)
    agreed = len(states) - pending - again
    sentences = [f"Sent: {_count(len(states), 'answer')} on order {order.number}"]
    sentences.append(f"Receipt {number_of(order, answer)}")
    if again:
        sentences.append(f"{_count(again, 'line')} confirmed again; {order.company} sees it")
    if agreed:
        sentences.append(f"{_count(agreed, 'line')} agreed, on the way to {order.company}'s Odoo")
    if pending:
        needs = "needs" if pending == 1 else "need"
        sentences.append(
            f"{_count(pending, 'line')} {needs} the buyer's decision; you get a mail when it is taken"
        )
    return ". ".join(sentences) + "."


def of_withdrawal(order: PurchaseOrder) -> str:
    """Say what follows when a proposal was taken back."""
    return f"Taken back. {order.company} is told by mail; the line stands as before your proposal."


def of_approval(order: PurchaseOrder, count: int, *, to_change: int = 0) -> str:
    """Say what follows an approval; *to_change* lines have another product or unit now."""
    by_hand = (
        f"{_count(to_change, 'line')} {'has' if to_change == 1 else 'have'} another product or unit: "
        f"an activity on the order in Odoo says what to change there. "
    )
    return (
        f"Approved: {_count(count, 'proposal')} on order {order.number}. {by_hand if to_change else ''}"
        f"What was agreed is on its way to Odoo; {order.supplier} is told by mail."
    )


def of_decline(order: PurchaseOrder, count: int) -> str:
    """Say what follows a decline."""
    return (
        f"Declined: {_count(count, 'proposal')} on order {order.number}. {order.supplier} is told why, "
        "and must confirm what was ordered or propose again."
    )


def of_counter(order: PurchaseOrder, answer: Answer) -> str:
    """Say what follows a counter-proposal."""
    return (
        f"Counter-proposal sent on order {order.number}. Receipt {number_of(order, answer)}. "
        f"{order.supplier} is told by mail and answers next."
    )


def _count(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")
