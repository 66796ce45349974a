"""The supplier's answer form: what was posted becomes replies, or problems at their fields.

Fields: ``lines-<id>-choice`` (confirm, change, split, reject, later), ``lines-<id>-reason``,
``lines-<id>-parts-<n>-quantity|date|price|reason|product_code|product_name|unit``, and ``new_date`` for all
deliveries whose own date is empty. An empty field means "as asked", so that nobody has to repeat what they do
not change; an empty product or unit means the ordered one. Everything typed is kept for the page that names
the problems.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import QueryDict

from orders.purchasing.hidden_fields import read_id, read_integer
from orders.purchasing.rules import Asked, LineReply
from orders.purchasing.typed_answer import PART_FIELDS, TypedLine, TypedPart, fill_editor, first_typed
from orders.purchasing.typed_reply import WHOLE_LINE, ReplyReader, upper_first
from suppliers.refusal import Problem, Refused

MOST_PARTS = 60
_FIELD = re.compile(rf"lines-(\d{{1,18}})-(?:(choice|reason)|parts-(\d{{1,3}})-({'|'.join(PART_FIELDS)}))")
# How the rules name a field, and how the form does.
FORM_NAME = {"quantity": "quantity", "delivery_on": "date", "unit_price": "price", "reason": "reason"}


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """A problem in the summary, with the field it is about."""

    text: str
    field_id: str


class AnswerForm:
    """A supplier's answer to an order, unbound (nothing typed yet) or bound to what was posted.

    *revision* is the one that was looked at, where the form itself does not say.
    """

    def __init__(
        self, asked: Mapping[int, Asked], data: QueryDict | None = None, *, revision: int | None = None
    ) -> None:
        self.asked = asked
        self.lines: dict[int, TypedLine] = {}
        self.problems: list[Problem] = []
        self.replies: list[LineReply] = []
        self.is_bound = data is not None
        self.was_sent = False  # all but what is shown
        data = QueryDict() if data is None else data
        self.submission = read_id(data.get("submission", ""))
        self.revision = revision or read_integer(data, "revision") or 0
        self.supplier_reference = data.get("supplier_reference", "").replace("\0", "")
        self.comment = data.get("comment", "").replace("\0", "")
        self.new_date = data.get("new_date", "").replace("\0", "")
        self.edit = read_integer(data, "edit")
        self._read(data)

    def answer(self, *, wrong: Callable[[Sequence[LineReply]], Iterable[Problem]]) -> dict[str, Any]:
        """Return the arguments of ``acknowledge_order``.

        When something typed cannot be read, raises Refused with that and with what is *wrong* with the rest,
        so that every problem is named at once.
        """
        if self.problems:
            raise Refused([*self.problems, *(wrong(self.replies) if self.replies else [])])
        return {
            "revision": self.revision,
            "replies": self.replies,
            "submission": self.submission,
            "supplier_reference": self.supplier_reference,
            "comment": self.comment,
        }

    def show(self, problems: Iterable[Problem]) -> None:
        """Put problems at their fields; the page shows them there and in its summary."""
        self.problems = list(problems)
        for problem in self.problems:
            self._put(problem)

    def hold(self, held: Iterable[Problem], asked: Mapping[int, Asked], *, revision: int) -> None:
        """The rest was sent: show again what was typed for the lines that moved on meanwhile, and why.

        *asked* is what is asked now, in *revision*.
        """
        held = list(held)
        left = {int(problem.where.split(".")[1]) for problem in held}
        self.asked, self.revision, self.submission = asked, revision, uuid4()
        self.lines = {pk: line for pk, line in self.lines.items() if pk in left}
        for line in self.lines.values():
            if line.choice == "confirm":
                # Its rows hold what was asked before; nobody typed them.
                line.parts = []
        self.comment, self.was_sent = "", True
        self.show(held)

    @property
    def has_typing(self) -> bool:
        """Whether anything was typed that is worth showing again."""
        return bool(self.comment.strip()) or any(
            line.choice not in {"confirm", "later"} for line in self.lines.values()
        )

    @property
    def error_links(self) -> list[ErrorLink]:
        """The summary on top: each problem with a link to its field."""
        return [ErrorLink(self._sentence(problem), self._field_id(problem)) for problem in self.problems]

    def typed(self, line_id: int, *, with_editor: bool) -> TypedLine:
        """Return what was typed for a line, or what an untouched form shows of it."""
        line = self.lines.get(line_id)
        if line is None:
            line = self.lines[line_id] = first_typed(self.asked[line_id], with_editor=False)
        if with_editor or line.is_open:
            fill_editor(line, self.asked[line_id])
        return line

    def _read(self, data: QueryDict) -> None:
        posted: dict[int, dict[str, str]] = defaultdict(dict)
        parts: dict[int, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for name in data:
            if not (match := _FIELD.fullmatch(name)):
                continue
            line_id, value = int(match[1]), data.get(name, "").replace("\0", "")
            if match[2]:
                posted[line_id][match[2]] = value
            else:
                parts[line_id][int(match[3])][match[4]] = value
        for line_id in self.asked:
            if line_id in posted or line_id in parts:
                self._read_line(line_id, posted[line_id], parts[line_id])
        for line_id in sorted({*posted, *parts} - set(self.asked)):
            self.problems.append(
                Problem(f"lines.{line_id}", f"line {line_id}", "This order has no such line")
            )

    def _read_line(self, line_id: int, head: dict[str, str], parts: dict[int, dict[str, str]]) -> None:
        asked = self.asked[line_id]
        numbers = sorted(parts)[:MOST_PARTS]
        line = TypedLine(
            choice=head.get("choice", first_typed(asked, with_editor=False).choice),
            reason=head.get("reason", ""),
            parts=[TypedPart(number, **parts[number]) for number in numbers],  # type: ignore[arg-type]
        )
        self._fill_in_new_date(line)
        self.lines[line_id] = line
        if line.choice == "later":
            return
        # What the page had shown is gone: rows that were not touched look as if somebody had typed them.
        is_stale = asked.asked_in_revision > self.revision
        reader = ReplyReader(f"lines.{line_id}", asked, line, is_stale=is_stale)
        answer = reader.parts()
        self.problems += reader.problems
        if not reader.problems:
            self.replies.append(LineReply(line_id, answer))

    def _fill_in_new_date(self, line: TypedLine) -> None:
        """The one date typed for all lines stands where a delivery has none of its own."""
        if self.new_date.strip() and line.choice in {"change", "split"}:
            for part in line.parts:
                if not (part.is_empty or part.date.strip() or part.reason.strip()):
                    part.date = self.new_date

    def _put(self, problem: Problem) -> None:
        """Store a problem's sentence at the typed field it is about."""
        line_id, row, name = self._place(problem)
        if line_id is None:
            return
        line = self.typed(line_id, with_editor=False)
        part = next((part for part in line.parts if part.number == row), None)
        if part is not None:
            part.errors[name] = problem.sentence()
        else:
            line.errors["reason" if name == "reason" else "choice"] = problem.sentence()

    def _field_id(self, problem: Problem) -> str:
        line_id, row, name = self._place(problem)
        if line_id is None:
            return problem.where if problem.where in {"supplier_reference", "comment"} else "answer"
        if row is not None:
            return f"lines-{line_id}-parts-{row}-{name}"
        return f"lines-{line_id}-{'reason' if name == 'reason' else 'choice'}"

    def _place(self, problem: Problem) -> tuple[int | None, int | None, str]:
        """Return a problem's line, typed row and field.

        Rules count the parts that were sent; the form knows which of its rows each of them came from.
        """
        steps = problem.where.split(".")
        if (
            steps[0] != "lines"
            or len(steps) < 2
            or not steps[1].isdecimal()
            or int(steps[1]) not in self.asked
        ):
            return None, None, ""
        line_id = int(steps[1])
        if len(steps) < 5:
            return line_id, None, "choice"
        origin = self.lines[line_id].origin if line_id in self.lines else []
        row = origin[int(steps[3])] if int(steps[3]) < len(origin) else WHOLE_LINE
        return line_id, None if row == WHOLE_LINE else row, FORM_NAME.get(steps[4], steps[4])

    def _sentence(self, problem: Problem) -> str:
        steps = problem.where.split(".")
        asked = self.asked.get(int(steps[1])) if len(steps) > 1 and steps[1].isdecimal() else None
        sentence = problem.sentence()
        if asked is None or asked.label.lower() in sentence.lower():
            return sentence
        return f"{upper_first(asked.label)}: {sentence[0].lower()}{sentence[1:]}"
