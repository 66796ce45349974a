"""Search domains: from Odoo's prefix lists to one Python predicate over a record."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from integrations.odoo.sandbox.errors import ServerError, value_error
from integrations.odoo.sandbox.schema import Field

if TYPE_CHECKING:
    from integrations.odoo.sandbox.environment import Env

Predicate = Callable[[dict[str, Any]], bool]
_EMPTY = (None, False, "")
_ORDERED = {"<", ">", "<=", ">="}


def _leaf_text(env: Env, leaf: Any) -> str:
    item = tuple(leaf)
    return f"in condition {item!r}" if env.version >= 19 else f"in leaf {item!r}"


def compile_domain(env: Env, model: str, domain: Any) -> Predicate:
    """A predicate over records of `model`. Raises ServerError for unknown fields and operators."""
    stack: list[Predicate] = []
    for part in reversed(list(domain or [])):
        if part == "!":
            stack.append(_negation(stack.pop()))
        elif part in ("&", "|"):
            if len(stack) < 2:
                raise value_error(f"Domain() invalid item in domain: {part!r}")
            stack.append(_combine(part, stack.pop(), stack.pop()))
        else:
            stack.append(_leaf(env, model, part))
    parts = tuple(reversed(stack))
    if not parts:
        return lambda record: True
    return parts[0] if len(parts) == 1 else lambda record: all(part(record) for part in parts)


def _negation(inner: Predicate) -> Predicate:
    return lambda record: not inner(record)


def _combine(operator: str, left: Predicate, right: Predicate) -> Predicate:
    if operator == "&":
        return lambda record: left(record) and right(record)
    return lambda record: left(record) or right(record)


def _leaf(env: Env, model: str, leaf: Any) -> Predicate:
    if not isinstance(leaf, (list, tuple)) or len(leaf) != 3:
        raise value_error(f"Invalid leaf {leaf!r}")
    path, operator, value = leaf
    if path in (0, 1):
        wanted = (path == value) is (operator == "=")
        return lambda record: wanted
    name, _, rest = str(path).partition(".")
    field = env.schema.models[model].fields.get(name)
    if field is None:
        raise value_error(f"Invalid field {model}.{name} {_leaf_text(env, leaf)}")
    raw = env.model(model).raw_reader(env, name)
    if rest:
        return _through(env, field, raw, [rest, operator, value])
    if operator == "child_of":
        return _child_of(env, model, field, raw, value)
    if field.type in ("one2many", "many2many"):
        return _over_many(env, field, raw, operator, value)
    if field.type == "many2one" and isinstance(value, str):
        return _by_display_name(env, field, raw, operator, value)
    return _plain(env, field, raw, operator, value)


def _through(env: Env, field: Field, raw: Callable[[Any], Any], leaf: list[Any]) -> Predicate:
    """`order_id.state`: the condition on the record at the other end; any of them for x2many."""
    if field.relation not in env.schema.models:
        return lambda record: False
    inner = compile_domain(env, field.relation, [leaf])
    table = env.store.table(field.relation)
    matched: dict[int, bool] = {}

    def holds(target: int) -> bool:
        if target not in matched:
            matched[target] = target in table and inner(table[target])
        return matched[target]

    if field.type == "many2one":
        return lambda record: bool(raw(record)) and holds(raw(record))
    return lambda record: any(holds(target) for target in raw(record))


def _child_of(env: Env, model: str, field: Field, raw: Callable[[Any], Any], value: Any) -> Predicate:
    comodel = model if field.name == "id" else field.relation
    wanted = set(env.ids_named(comodel, value) if isinstance(value, str) else _as_ids(value))
    if "parent_id" in env.schema.models[comodel].fields:
        queue = list(wanted)
        while queue:
            children = env.store.linked(comodel, "parent_id", queue.pop())
            queue += [child for child in children if child not in wanted]
            wanted.update(children)
    return lambda record: raw(record) in wanted


def _as_ids(value: Any) -> list[int]:
    return [value] if isinstance(value, int) else list(value or [])


def _over_many(env: Env, field: Field, raw: Callable[[Any], Any], operator: str, value: Any) -> Predicate:
    if value in _EMPTY:
        empty_wanted = operator in ("=", "in")
        return lambda record: bool(raw(record)) is not empty_wanted
    wanted = set(env.ids_named(field.relation, value) if isinstance(value, str) else _as_ids(value))
    if operator in ("!=", "not in", "not ilike", "not like"):
        return lambda record: wanted.isdisjoint(raw(record))
    return lambda record: not wanted.isdisjoint(raw(record))


def _by_display_name(
    env: Env, field: Field, raw: Callable[[Any], Any], operator: str, value: str
) -> Predicate:
    test = _text_test(operator, value) if operator not in ("=", "!=") else None
    names = env.display_names(field.relation)
    if test is None:
        negative = operator == "!="
        return lambda record: ((names(raw(record)) == value) is not negative) if raw(record) else negative
    negative = operator.startswith("not")
    return lambda record: test(names(raw(record))) if raw(record) else negative


def _like_pattern(operator: str, value: str) -> re.Pattern[str]:
    text = value if operator.startswith("=") else f"%{value}%"
    parts = [".*" if char == "%" else "." if char == "_" else re.escape(char) for char in text]
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if "ilike" in operator else 0))


def _text_test(operator: str, value: Any) -> Callable[[Any], bool]:
    pattern = _like_pattern(operator.removeprefix("not "), str(value))
    if operator.startswith("not"):
        return lambda text: not (text and pattern.fullmatch(str(text)))
    return lambda text: bool(text not in _EMPTY and pattern.fullmatch(str(text)))


def _plain(env: Env, field: Field, raw: Callable[[Any], Any], operator: str, value: Any) -> Predicate:
    if operator in ("like", "ilike", "not like", "not ilike", "=like", "=ilike"):
        test = _text_test(operator, value)
        return lambda record: test(raw(record))
    if field.type == "datetime":
        raw, value = _datetime_operands(env, raw, operator, value)
    if operator in ("in", "not in"):
        return _membership(raw, operator, value)
    if operator in _ORDERED:
        return _ordered(raw, operator, value, numeric=field.type in ("integer", "float", "monetary"))
    if operator in ("=", "==", "!=", "<>"):
        return _equality(raw, value, negative=operator in ("!=", "<>"))
    raise ServerError("builtins.ValueError", f"Invalid operator {operator!r}")


def _membership(raw: Callable[[Any], Any], operator: str, value: Any) -> Predicate:
    items: Iterable[Any] = value if isinstance(value, (list, tuple, set)) else [value]
    wanted = {item for item in items if item not in _EMPTY or (item == 0 and item is not False)}
    with_empty = any(item in (None, False) for item in items)

    def member(record: dict[str, Any]) -> bool:
        found = raw(record)
        return with_empty if found is None or found is False else found in wanted

    return member if operator == "in" else lambda record: not member(record)


def _equality(raw: Callable[[Any], Any], value: Any, *, negative: bool) -> Predicate:
    if value is None or value is False:
        return lambda record: (raw(record) in _EMPTY) is not negative
    return lambda record: (raw(record) == value) is not negative


def _ordered(raw: Callable[[Any], Any], operator: str, value: Any, *, numeric: bool) -> Predicate:
    if (value is None or value is False) and not numeric:
        return lambda record: False

    def compare(record: dict[str, Any]) -> bool:
        found = raw(record)
        if found is None or (found is False and not numeric):
            return False
        if operator == ">":
            return bool(found > value)
        if operator == ">=":
            return bool(found >= value)
        return bool(found < value) if operator == "<" else bool(found <= value)

    return compare


def _datetime_operands(
    env: Env, raw: Callable[[Any], Any], operator: str, value: Any
) -> tuple[Callable[[Any], Any], Any]:
    """Odoo 19 cuts both sides to whole seconds; 17 and 18 compare what is stored, microseconds and all."""
    if isinstance(value, str) and len(value) == 10:
        value += " 23:59:59" if operator in (">", "<=") else " 00:00:00"
    if env.version < 19 or not value:
        return raw, value
    if isinstance(value, str):
        value = value[:19]
    elif isinstance(value, list):
        value = [item[:19] if isinstance(item, str) else item for item in value]

    def cut(record: dict[str, Any]) -> Any:
        found = raw(record)
        return found[:19] if found else found

    return cut, value


BY_ID, BY_DATE = "id", "write_date, id"


def candidates(env: Env, model: str, domain: Any, order: str | None) -> tuple[Iterable[int], bool]:
    """Ids of everything that may match, and whether they stand in the order asked for already."""
    leaves = list(domain or [])
    indexed = _by_index(env, model, leaves)
    if indexed is not None:
        return sorted(indexed), order == BY_ID
    moment = _least(leaves, "write_date", str)
    if moment or order == BY_DATE:
        # Later in the same second is later; a day alone stands before all of its moments.
        return env.store.written_since(model, (moment or "")[:19]), order == BY_DATE
    table = env.store.table(model)
    if order != BY_ID:
        return table, False
    ids, after = sorted(table), _least(leaves, "id", int)
    return ids[bisect_left(ids, after or 0) :], True


def _by_index(env: Env, model: str, leaves: list[Any]) -> set[int] | None:
    if any(leaf in ("|", "!") for leaf in leaves):
        return None
    best: set[int] | None = None
    for leaf in leaves:
        found = None if leaf == "&" else _indexed_ids(env, model, leaf)
        if found is not None:
            best = found if best is None else best & found
    return best


def _least(leaves: list[Any], name: str, kind: type) -> Any:
    """The bound below which no record can match, or None when the domain names none."""
    stack: list[Any] = []
    for leaf in reversed(leaves):
        if leaf == "!":
            stack[-1] = None
        elif leaf in ("&", "|"):
            bounds = [stack.pop(), stack.pop()]
            known = [bound for bound in bounds if bound is not None]
            narrows = known and (leaf == "&" or len(known) == 2)
            stack.append((max(known) if leaf == "&" else min(known)) if narrows else None)
        else:
            path, operator, value = leaf
            fits = path == name and operator in (">", ">=") and type(value) is kind
            stack.append(value if fits else None)
    return max((bound for bound in stack if bound is not None), default=None)


def _indexed_ids(env: Env, model: str, leaf: Any) -> set[int] | None:
    path, operator, value = leaf
    if operator not in ("=", "in"):
        return None
    values = [value] if operator == "=" else value
    if not isinstance(values, (list, tuple)) or not all(type(item) is int for item in values):
        return None
    if path == "id":
        return {item for item in values if item in env.store.table(model)}
    if not env.store.has_index(model, path):
        return None
    return {found for item in values for found in env.store.linked(model, path, item)}
