"""What the bar below the order list posts: chosen lines, and what to do with them."""

from django.http import QueryDict

from orders.bulk.lifecycle import Operation
from orders.bulk.rules import Wish, check_wish
from orders.bulk.selection import Selection
from suppliers.refusal import Problem, Refused

_OPERATIONS = {
    "confirm": Operation.CONFIRM,
    "shift": Operation.SHIFT,
    "decline": Operation.DECLINE,
}


class BulkForm:
    """The chosen lines and the wish; everything typed is kept for the page that names the problems.

    Fields: ``line``, ``all``, ``query`` (see Selection), ``do``, ``days``, ``working``, and a reason for each
    of the two operations that have one, because both stand in the same form.
    """

    def __init__(self, data: QueryDict) -> None:
        self.selection = Selection.read(data)
        self.do = data.get("do", "")
        self.days = data.get("days", "").replace("\0", "").strip()
        self.working = data.get("working") == "1"
        self.shift_reason = data.get("shift_reason", "").replace("\0", "")
        self.decline_reason = data.get("decline_reason", "").replace("\0", "")
        self.problems: list[Problem] = []

    def wish(self) -> Wish:
        """Return what is wanted. Raises Refused naming every problem."""
        operation = _OPERATIONS.get(self.do)
        if operation is None:
            raise Refused([Problem("do", f"“{self.do[:20]}”", "Choose what to do with the lines")])
        days: int = 0
        problems: list[Problem] = []
        if operation == Operation.SHIFT:
            days, problems = self._days()
        reason = self.decline_reason if operation == Operation.DECLINE else self.shift_reason
        wish = Wish(
            operation,
            days=days,
            working_days=self.working and operation == Operation.SHIFT,
            reason=reason if operation != Operation.CONFIRM else "",
        )
        problems += [found for found in check_wish(wish) if not (problems and found.where == "days")]
        if problems:
            raise Refused(problems)
        return wish

    def _days(self) -> tuple[int, list[Problem]]:
        text = self.days.replace("−", "-").replace("–", "-")
        if text.removeprefix("-").removeprefix("+").isdecimal() and len(text) < 6:
            return int(text), []
        found = f"“{self.days[:20]}”" if self.days else "nothing"
        return 0, [Problem("days", found, "Give a whole number of days", "7 is a week later, −7 earlier")]

    @property
    def days_problem(self) -> str:
        """What is wrong with the number of days, in words."""
        return self._problem("days")

    @property
    def decline_problem(self) -> str:
        """What is wrong with the reason for declining, in words."""
        return self._problem("reason") if self.do == "decline" else ""

    def _problem(self, where: str) -> str:
        return " ".join(problem.sentence() for problem in self.problems if problem.where == where)
