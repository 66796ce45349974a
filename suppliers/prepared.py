"""Queries that every page asks: composed by the ORM once for each shape, afterwards only filled in.

Composing a query takes Django longer than PostgreSQL needs to answer it. A function under ``@prepared``
returns an ordinary queryset, so ``visible_to`` stays the only door; what is kept is the query's text and how
rows become objects, never a row:

    @prepared
    def lines_of(viewer: Viewer, order_id: int, *, newest_first: bool) -> QuerySet[Line]:
        lines = Line.objects.visible_to(viewer).filter(order=order_id)
        return lines.order_by("-pk" if newest_first else "pk")

    lines_of(user, order.pk, newest_first=True)  # the rows, as a list

What is given by position is filled in each time: whole numbers and lists of them (for AnyOf), dates, moments,
texts, and viewers with their ids. The function sees stand-ins for them, so it must pass them on and not look
at them. What is given by keyword shapes the query: hashable, and of few values. Tests compare each use with
the query composed anew.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

Given = ParamSpec("Given")
Row = TypeVar("Row", covariant=True)
Answer = TypeVar("Answer")
Other = TypeVar("Other")
Rows = Iterable[Sequence[Any]]

# More shapes than this come from something that should have been given by position.
_MOST_SHAPES = 500
# Stand-ins begin here: no query of ours holds such a value by itself, and every column takes it.
_NUMBER, _MOMENT = 2_147_000_000, datetime(1066, 10, 14, tzinfo=UTC)
_TOO_LONG = 64  # bits
_FITS_INTO_A_HOLE = (int, str, date, list)  # a moment is a date too


class Prepared(Generic[Given, Row]):
    """A function that composes a queryset, called for its rows."""

    def __init__(self, compose: Callable[Given, QuerySet[Any, Row]]) -> None:
        self.compose = compose
        self._composed: dict[Any, Composed] = {}
        update_wrapper(self, compose)

    def __call__(self, *given: Given.args, **shape: Given.kwargs) -> list[Row]:
        """Ask the database; return model instances, or tuples where the queryset is one of values."""
        values = flat(given)
        if any(isinstance(value, int) and value.bit_length() >= _TOO_LONG for value in values):
            return list(self.compose(*given, **shape))  # the ORM knows that no row has such a number
        return self.question(*given, **shape).ask()

    def question(self, *given: Given.args, **shape: Given.kwargs) -> "Question[list[Row]]":
        """Return the question with its values, to be asked together with others; numbers are rows' own."""
        composed = self.composed(given, shape)
        return Question(composed.text, composed.filled(flat(given)), composed.make)

    def composed(self, given: Sequence[Any], shape: dict[str, Any]) -> "Composed":
        """Return the query for values of this shape."""
        key = (*map(_kind, given), *shape.items())
        composed = self._composed.get(key)
        if composed is None:
            if len(self._composed) >= _MOST_SHAPES:
                self._composed.clear()
            stand_ins = [_stand_in(value, number) for number, value in enumerate(given)]
            composed = self._composed[key] = compose(self.compose(*stand_ins, **shape), flat(stand_ins))
        return composed


def prepared(function: Callable[Given, QuerySet[Any, Row]]) -> Prepared[Given, Row]:
    """Turn a function that composes a queryset into one that returns its rows; see above."""
    return Prepared(function)


@dataclass(frozen=True, slots=True)
class Question(Generic[Answer]):
    """A query filled in, to be asked by itself or together with others."""

    text: str  # empty: there is nothing to ask, and no row
    parameters: list[Any]
    make: Callable[[Rows], Answer]  # what the queryset would have yielded, or what ``then`` makes of it

    def ask(self) -> Answer:
        """Ask it and return the answer."""
        answer: Answer = ask_together(self)[0]
        return answer

    def then(self, function: Callable[[Answer], Other]) -> "Question[Other]":
        """Return the same question, the answer to which is what *function* makes of it."""
        make = self.make
        return Question(self.text, self.parameters, lambda rows: function(make(rows)))

    def if_(self, condition: object) -> "Question[Answer]":
        """Return the question if there is a reason to ask it; otherwise one that is answered by no rows."""
        return self if condition else replace(self, text="", parameters=[])


def ask_together(*questions: Question[Any]) -> list[Any]:
    """Ask several questions in one message to the database, and return the answer to each.

    PostgreSQL answers them one after the other; what is saved is the way there and back.
    """
    asked = [question for question in questions if question.text]
    if not asked:
        return [question.make([]) for question in questions]
    with connection.cursor() as cursor:
        cursor.execute(
            ";\n".join(question.text for question in asked),
            [value for question in asked for value in question.parameters],
        )
        answers = []
        for question in questions:
            answers.append(question.make(cursor.fetchall() if question.text else []))
            if question.text:
                cursor.nextset()
    return answers


@dataclass(frozen=True, slots=True)
class Composed:
    """A query's text and parameters; ``holes`` says which parameter is which of the values given."""

    text: str
    parameters: tuple[Any, ...]
    holes: tuple[tuple[int, int], ...]
    make: Callable[[Rows], list[Any]]

    def filled(self, given: Sequence[Any]) -> list[Any]:
        """Return the parameters, the values given among them."""
        parameters = list(self.parameters)
        for place, number in self.holes:
            parameters[place] = given[number]
        return parameters


def compose(queryset: QuerySet[Any, Any], stand_ins: Sequence[Any]) -> Composed:
    """Compose a queryset, and find the stand-ins among its parameters.

    Raises TypeError when one is not there: whatever is given for it would change nothing.
    """
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        text, parameters = compiler.as_sql()
    except EmptyResultSet:  # visible to nobody
        return Composed("", (), (), list)
    numbers = {_hashable(value): number for number, value in enumerate(stand_ins)}
    holes = tuple(
        (place, numbers[_hashable(value)])
        for place, value in enumerate(parameters)
        if isinstance(value, _FITS_INTO_A_HOLE) and _hashable(value) in numbers
    )
    used = {number for _, number in holes}
    if any(number not in used and not isinstance(value, _OwnId) for value, number in numbers.items()):
        raise TypeError("Something given by position is no parameter of the query; give it by keyword.")
    return Composed(text, tuple(parameters), holes, _maker(queryset, compiler))


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class _OwnId(int):
    """Stands in for a viewer's own id, which few queries need."""


@dataclass(frozen=True, slots=True)
class _Viewer:
    """Stands in for a viewer with as many suppliers and companies."""

    pk: int
    supplier_ids: frozenset[int]
    company_ids: frozenset[int]


def _kind(value: Any) -> Any:
    """Return what of a value shapes the query: its type; of a viewer, how many ids there are."""
    if hasattr(value, "supplier_ids"):
        return len(value.supplier_ids), len(value.company_ids)
    return type(value)


def _stand_in(value: Any, number: int) -> Any:
    if hasattr(value, "supplier_ids"):
        own = _NUMBER + number * 1000
        first = own + 1
        between = first + len(value.supplier_ids)
        companies = range(between, between + len(value.company_ids))
        return _Viewer(_OwnId(own), frozenset(range(first, between)), frozenset(companies))
    match value:
        case datetime():
            return _MOMENT + timedelta(days=number)
        case date():
            return (_MOMENT + timedelta(days=number)).date()
        case int():
            return _NUMBER + number * 1000
        case str():
            return f"\ue000{number}"
        case list():
            return [_NUMBER + number * 1000]
    raise TypeError(f"{value!r} cannot be given by position.")


def flat(values: Iterable[Any]) -> list[Any]:
    """Return the values with each viewer's ids in its place, in the order in which querysets sort them."""
    found: list[Any] = []
    for value in values:
        if hasattr(value, "supplier_ids"):
            own = getattr(value, "pk", 0)
            found += [own, *sorted(value.supplier_ids), *sorted(value.company_ids)]
        else:
            found.append(value)
    return found


def _maker(queryset: QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[Rows], list[Any]]:
    """Return what the queryset does with the rows it fetches."""
    iterable = queryset._iterable_class
    if iterable is ModelIterable:
        make = _models(compiler)
    elif iterable is ValuesListIterable:
        make = list
    else:
        raise TypeError("Only models and plain values_list() are prepared.")
    converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
    return (lambda rows: make(_converted(rows, converters))) if converters else make


def _models(compiler: SQLCompiler) -> Callable[[Rows], list[Any]]:
    """As django.db.models.query.ModelIterable does it, with what does not depend on the rows done before."""
    info, select = compiler.klass_info, compiler.select
    model, first, last = info["model"], info["select_fields"][0], info["select_fields"][-1]
    names = [column.target.attname for column, *_ in select[first : last + 1]]
    populators = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg] # Django 6's
    annotations = list(compiler.annotation_col_map.items())

    def make(rows: Rows) -> list[Any]:
        found = []
        for row in rows:
            instance = model.from_db(DEFAULT_DB_ALIAS, names, row[first : last + 1])
            for populator in populators:
                populator.populate(row, instance)
            for name, place in annotations:
                setattr(instance, name, row[place])
            found.append(instance)
        return found

    return make


def _converted(rows: Rows, converters: dict[int, tuple[list[Any], Any]]) -> Iterable[list[Any]]:
    for row in map(list, rows):
        for place, (functions, column) in converters.items():
            for function in functions:
                row[place] = function(row[place], column, connection)
        yield row
