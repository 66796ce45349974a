"""Reading what waits for a buyer's decision: the numbers of all of it, and the rows of one page."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Max, Q, Sum, Value, When
from django.db.models.expressions import Combinable

from orders.decisions.records import OpenProposal
from orders.purchasing.lifecycle import AnswerState, OrderState, Side
from orders.purchasing.models import LineAnswer, ScheduleLine
from orders.purchasing.replies import Reply
from suppliers.people.models import User

# More than anybody decides one by one; what is needed soonest is read, and the page says that there is more.
MOST = 10_000
_SHOWN = ("answer__by", "line", "answer__order__supplier", "answer__order__company", "decided_by")
_NUMBER = DecimalField(max_digits=30, decimal_places=8)


def open_proposals(user: User) -> list[OpenProposal]:
    """Return every proposal that waits for somebody at the user's companies: one query.

    One more than MOST at the most: whoever counts them sees that there are more.
    """
    columns = [name for name in OpenProposal._fields if name not in _SUMS]
    rows = (
        LineAnswer.objects.visible_to(user)
        .filter(
            company_id__in=user.company_ids,
            state=AnswerState.PENDING,
            answer__side=Side.SUPPLIER,
            answer__order__state__in=OrderState.open(),
        )
        .values_list(*columns)
        .annotate(**_SUMS)
        .order_by(F("asked_on").asc(nulls_last=True), "pk")
    )
    return [OpenProposal._make(row) for row in rows[: MOST + 1]]


def read_replies(user: User, ids: Sequence[int]) -> list[Reply]:
    """Return what some line answers say, in this order, with all that a row of the page shows: one query."""
    found: dict[int, Reply] = {}
    if ids:
        rows = (
            ScheduleLine.objects.visible_to(user)
            .filter(line_answer__in=ids)
            .select_related(*(f"line_answer__{name}" for name in _SHOWN))
            .defer("line_answer__answer__order__notes", "line_answer__answer__order__content_hash")
            .order_by("position")
        )
        for row in rows:
            reply = found.setdefault(row.line_answer_id, Reply(row.line_answer))
            reply.parts.append(row.part)
    return [found[pk] for pk in ids if pk in found]


def _sum(value: Combinable, *conditions: Q) -> Sum:
    kept = Case(*(When(condition, then=value) for condition in conditions), default=Value(Decimal(0)))
    return Sum(kept, output_field=_NUMBER)


_IS_DELIVERED = Q(schedule__delivery_on__isnull=False)
# In the order of the last columns of OpenProposal.
_SUMS = {
    "coming": _sum(F("schedule__quantity"), _IS_DELIVERED),
    "late": _sum(F("schedule__quantity"), Q(schedule__delivery_on__gt=F("asked_on"))),
    "value": _sum(F("schedule__quantity") * F("schedule__unit_price"), _IS_DELIVERED),
    "last_on": Max("schedule__delivery_on"),
    "foreign": _sum(F("schedule__quantity"), ~Q(schedule__product_code=""), ~Q(schedule__product_name="")),
    "in_other_unit": Max(Case(When(schedule__unit="", then=0), default=1)),
}
