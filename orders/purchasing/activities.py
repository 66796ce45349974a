"""The activities that ask Odoo's users to change lines: who is told what, and when that is over. Pure.

One activity speaks of all lines that one round or decision left to be changed. It stays until none of them
waits for it any more. Where something else is agreed about one of them, it would say what is no longer so:
then the others are told of again by the activity that says the new.
"""

from collections.abc import Iterable, Mapping
from uuid import uuid4

from orders.purchasing.awaited import Awaited
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine


class Asking:
    """What one round or decision on an order asks Odoo's users to change."""

    def __init__(self, order: PurchaseOrder, lines: Iterable[PurchaseOrderLine]) -> None:
        """*lines* are all lines of the order, before anything is said about them."""
        self.order, self._lines = order, list(lines)
        self._before = activities_of(self._lines)
        self.activity = f"quayside_change_{uuid4().hex}"  # the external id of the one that will ask

    def tell_again(self) -> list[PurchaseOrderLine]:
        """Take over lines whose own activity says of another line what is no longer so; these are to save."""
        stale = {was for line in self._lines if (was := self._before.get(line.pk)) not in {None, _of(line)}}
        moved = [line for line in self._lines if _of(line) in stale]
        for line in moved:
            line.awaited_change = Awaited.read(line.awaited_change).asked_by(self.activity).as_json()
        return moved

    @property
    def to_change(self) -> list[PurchaseOrderLine]:
        """The lines that the activity speaks of."""
        return [line for line in self._lines if _of(line) == self.activity]

    @property
    def over(self) -> list[str]:
        """The activities that nothing waits for any more."""
        return list(over_since(self._before, self._lines))


def activities_of(lines: Iterable[PurchaseOrderLine]) -> dict[int, str]:
    """Return the activity's external id by line id, where there is one."""
    return {line.pk: activity for line in lines if (activity := _of(line))}


def over_since(
    before: Mapping[int, str], lines: Iterable[PurchaseOrderLine]
) -> dict[str, list[PurchaseOrderLine]]:
    """Return the activities that nothing waits for any more, each with the lines it spoke of.

    *before*: those of the same lines, all of one order, before something happened to them.
    """
    lines = list(lines)
    left = {_of(line) for line in lines}
    found: dict[str, list[PurchaseOrderLine]] = {}
    for line in lines:
        if (activity := before.get(line.pk)) and activity not in left:
            found.setdefault(activity, []).append(line)
    return found


def _of(line: PurchaseOrderLine) -> str:
    return str((line.awaited_change or {}).get("activity", ""))
