"""All that waits, in the order in which to look at it: filtered, grouped, counted, cut into pages. Pure."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter

from orders.decisions.effects import Answered, Asked, Effect, effect_of
from orders.decisions.filters import Cursor, Filters
from orders.decisions.records import OpenProposal
from orders.decisions.urgency import Place

_SIZE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One proposal that waits, weighed."""

    proposal: OpenProposal
    effect: Effect
    place: Place
    score: Decimal

    @property
    def key(self) -> tuple[Decimal, int]:
        """Most urgent first, then oldest first."""
        return -self.score, self.proposal.pk


@dataclass(frozen=True, slots=True)
class Totals:
    """What some proposals come to together; money by currency."""

    lines: int = 0
    orders: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class Cut:
    """One page of the queue, where the next begins, and how much there is of everything."""

    rows: list[Waiting]
    following: Cursor | None
    totals: Totals
    kinds: Counter[str]
    suppliers: dict[int, tuple[str, int]]  # name and how many, under the other filters


def weigh(proposal: OpenProposal, *, on: date) -> Waiting:
    """Reckon what a proposal comes to and how urgent it is, on a day."""
    effect = effect_of(
        Asked(proposal.asked_quantity, proposal.asked_price, proposal.asked_on, proposal.line__discount),
        Answered(
            proposal.coming,
            proposal.late,
            proposal.value,
            proposal.last_on,
            proposal.foreign,
            bool(proposal.in_other_unit),
        ),
    )
    needed_in = (proposal.asked_on - on).days if proposal.asked_on else None
    place = Place(effect.at_stake, needed_in, effect.days_late, never=bool(effect.never))
    return Waiting(proposal, effect, place, place.score.quantize(_SIZE))


def chosen(found: Iterable[OpenProposal], filters: Filters, *, name: str) -> list[OpenProposal]:
    """Keep what the filters show. *name* is the reader's, for "mine"."""
    tests = _tests(filters, name)
    return [one for one in found if all(test(one) for test in tests.values())]


def cut(found: Sequence[OpenProposal], filters: Filters, *, name: str, on: date, size: int) -> Cut:
    """Return the page the filters point at. *on* is today for the reader, *name* the reader's own.

    A page behind the first is reckoned on the day of the first, so that nothing moves past its end.
    """
    on = filters.cursor.on if filters.cursor else on
    kept = [weigh(one, on=on) for one in chosen(found, filters, name=name)]
    group_of = _group_of(filters.group)
    weights: dict[int, Decimal] = defaultdict(Decimal)
    for one in kept:
        weights[group_of(one)] += one.score

    def place(one: Waiting) -> tuple[Decimal, int, Decimal, int]:
        group = group_of(one)
        return -weights[group] if filters.group else Decimal(0), group, *one.key

    kept.sort(key=place)
    after = filters.cursor
    if after:
        start = (-after.group, after.group_id, -after.score, after.answer_id)
        behind = [one for one in kept if place(one) > start]
    else:
        behind = kept
    rows = behind[:size]
    following = None
    if len(behind) > size:
        group, group_id, score, pk = place(rows[-1])
        following = Cursor(on, -group, group_id, -score, pk)
    return Cut(rows, following, totals(kept), _kinds(found, filters, name), _suppliers(found, filters, name))


def totals(found: Iterable[Waiting]) -> Totals:
    """Add up proposals."""
    lines, orders, money = 0, set(), defaultdict[str, Decimal](Decimal)
    for one in found:
        lines += 1
        orders.add(one.proposal.answer__order_id)
        money[one.proposal.answer__order__currency] += one.effect.money
    return Totals(lines, len(orders), {code: amount for code, amount in sorted(money.items()) if amount})


Test = Callable[[OpenProposal], bool]


def _tests(filters: Filters, name: str) -> dict[str, Test]:
    tests: dict[str, Test] = {}
    if filters.kind:
        tests["kind"] = lambda one: filters.kind in one.deviations
    if filters.supplier:
        tests["supplier"] = lambda one: one.supplier_id == filters.supplier
    if filters.company:
        tests["company"] = lambda one: one.company_id == filters.company
    if filters.order:
        tests["order"] = lambda one: one.answer__order_id == filters.order
    if filters.mine:
        # Odoo's users are known here by their names alone.
        tests["mine"] = lambda one: one.answer__order__buyer_name.casefold() == name.casefold()
    return tests


def _without(found: Sequence[OpenProposal], filters: Filters, name: str, left_out: str) -> list[OpenProposal]:
    tests = [test for what, test in _tests(filters, name).items() if what != left_out]
    return [one for one in found if all(test(one) for test in tests)]


def _kinds(found: Sequence[OpenProposal], filters: Filters, name: str) -> Counter[str]:
    under = _without(found, filters, name, "kind")
    count = Counter(kind for one in under for kind in one.deviations)
    count[""] = len(under)
    return count


def _suppliers(found: Sequence[OpenProposal], filters: Filters, name: str) -> dict[int, tuple[str, int]]:
    under = _without(found, filters, name, "supplier")
    count = Counter(one.supplier_id for one in under)
    names = {one.supplier_id: one.supplier__name for one in found}
    return {pk: (names[pk], count[pk]) for pk in sorted(count, key=lambda pk: (names[pk].casefold(), pk))}


def _group_of(group: str) -> Callable[[Waiting], int]:
    if group == "supplier":
        return attrgetter("proposal.supplier_id")
    if group == "order":
        return attrgetter("proposal.answer__order_id")
    return lambda one: 0
