"""What was decided before on proposals of the same suppliers and kinds: two queries for a whole page."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from orders.decisions.effects import Asked, add_up
from orders.decisions.likeness import Decided, size_of
from orders.decisions.records import Kind, PastDecision, kind_of
from orders.purchasing.lifecycle import AnswerState, Side
from orders.purchasing.models import LineAnswer, ScheduleLine
from orders.purchasing.rules import Part
from suppliers.people.models import User

MONTHS = 6
LOOKS_BACK = timedelta(days=183)
# The latest of each kind; older ones say little about today.
_MOST_OF_A_KIND = 40
DECIDED = (AnswerState.AGREED, AnswerState.DECLINED, AnswerState.COUNTERED)


def history_of(user: User, kinds: Collection[Kind], *, now: datetime) -> dict[Kind, list[Decided]]:
    """Return the decisions of people on proposals of these kinds in the last six months, newest first.

    What a policy let pass was nobody's decision and is not among them.
    """
    found: dict[Kind, list[Decided]] = defaultdict(list)
    rows = _decisions(user, kinds, now) if kinds else []
    parts = _parts(user, [row.pk for row in rows])
    for row in rows:
        asked = Asked(row.asked_quantity, row.asked_price, row.asked_on)
        days = [part.delivery_on for part in parts[row.pk] if part.delivery_on]
        size = size_of(row.deviations, asked, add_up(parts[row.pk], row.asked_on), min(days, default=None))
        state = AnswerState(row.state)
        found[kind_of(row)].append(
            Decided(size, state == AnswerState.AGREED, row.decided_at, row.decided_by_id, state)
        )
    return found


def _decisions(user: User, kinds: Collection[Kind], now: datetime) -> list[PastDecision]:
    rows = (
        LineAnswer.objects.visible_to(user)
        .filter(
            company_id__in={company for company, _, _ in kinds},
            supplier_id__in={supplier for _, supplier, _ in kinds},
            answer__side=Side.SUPPLIER,
            state__in=DECIDED,
            decided_by__isnull=False,
            decided_at__gte=now - LOOKS_BACK,
        )
        .filter(_any_of({what for _, _, what in kinds}))
        .annotate(
            newest=Window(
                RowNumber(),
                partition_by=["company_id", "supplier_id", "deviations"],
                order_by=[F("decided_at").desc(), F("pk").desc()],
            )
        )
        .filter(newest__lte=_MOST_OF_A_KIND)
        .order_by("-decided_at", "-pk")
    )
    return [PastDecision._make(row) for row in rows.values_list(*PastDecision._fields)]


def _any_of(kinds: Collection[tuple[str, ...]]) -> Q:
    wanted = Q(pk__in=[])
    for kind in sorted(kinds):
        wanted |= Q(deviations=list(kind))
    return wanted


def _parts(user: User, ids: Sequence[int]) -> dict[int, list[Part]]:
    parts: dict[int, list[Part]] = defaultdict(list)
    if ids:
        rows = ScheduleLine.objects.visible_to(user).filter(line_answer__in=ids).order_by("position")
        for pk, *part in rows.values_list("line_answer_id", "quantity", "delivery_on", "unit_price"):
            parts[pk].append(Part(*part))
    return parts
