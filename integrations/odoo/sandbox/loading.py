"""`load`: rows with external ids, created or updated together, errors told as messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import RpcError
from integrations.odoo.sandbox.schema import Field

if TYPE_CHECKING:
    from integrations.odoo.sandbox.model import Model

Values = dict[str, Any]
DEFAULT_MODULE = "__import__"
# Travels inside the values of a new line until the line has an id.
XMLID = "__xmlid__"


@dataclass
class Problem(Exception):
    """Something wrong with one cell."""

    message: str
    about: Field | None = None
    moreinfo: Any = None


@dataclass
class Row:
    """One record of the sheet: its first line, and the lines below that only carry sub-records."""

    first: int
    cells: list[list[str]] = field(default_factory=list)

    @property
    def last(self) -> int:
        """Index of its last line."""
        return self.first + len(self.cells) - 1


def load_rows(env: Env, model: Model, columns: list[str], data: list[list[Any]]) -> Values:
    """Import all rows or none.

    The answer is Odoo's: {'ids': [...] or False, 'messages': [...], 'nextrow': 0}. The engine rolls the
    transaction back when `ids` is False, as errors are not raised.
    """
    paths = [column.split("/") for column in columns]
    ids: list[int] = []
    messages: list[Values] = []
    for number, row in enumerate(_rows(paths, data)):
        try:
            ids.append(_load_one(env, model, paths, row.cells))
        except Problem as problem:
            messages.append(_message(model, row, number, problem))
        except RpcError as error:
            span = {"from": row.first, "to": row.last}
            messages.append({"rows": span, "record": number, "type": "error", "message": error.message})
    return {"ids": False if messages else ids, "messages": messages, "nextrow": 0}


def _message(model: Model, row: Row, number: int, problem: Problem) -> Values:
    about = problem.about
    message: Values = {
        "rows": {"from": row.first, "to": row.last},
        "type": "error",
        "record": number,
        "message": problem.message,
    }
    if about is not None:
        message.update(field=about.name, field_name=about.label)
    if problem.moreinfo is not None:
        message["moreinfo"] = problem.moreinfo
    return message


def _rows(paths: list[list[str]], data: list[list[Any]]) -> Iterator[Row]:
    """A line whose own columns are all empty belongs to the record above it."""
    sub_fields = {path[0] for path in paths if _is_sub(paths, path)}
    current: Row | None = None
    for index, line in enumerate(data):
        cells = ["" if cell in (None, False) else str(cell) for cell in line]
        own = any(cell and path[0] not in sub_fields for path, cell in zip(paths, cells, strict=True))
        if current is not None and not own and sub_fields:
            current.cells.append(cells)
            continue
        if current is not None:
            yield current
        current = Row(index, [cells])
    if current is not None:
        yield current


def _is_sub(paths: list[list[str]], path: list[str]) -> bool:
    """`order_line/product_qty` is a sub-column; `partner_id/.id` and `partner_id/id` say who is meant."""
    return len(path) > 1 and not all(
        len(other) == 2 and other[1] in (".id", "id") for other in paths if other[0] == path[0]
    )


def _load_one(env: Env, model: Model, paths: list[list[str]], lines: list[list[str]]) -> int:
    values, xmlid, database_id = _values(env, model, paths, lines)
    if xmlid and "." not in xmlid:
        xmlid = f"{DEFAULT_MODULE}.{xmlid}"
    existing = database_id or (env.xmlid(xmlid) if xmlid else None)
    if existing and existing in env.store.table(model.name):
        model.change(env, [existing], values)
        return existing
    record_id = model.make(env, values)
    if xmlid:
        remember(env, xmlid, model.name, record_id)
    return record_id


def remember(env: Env, xmlid: str, model: str, record_id: int) -> None:
    """Give a record an external id; a leftover of a deleted record is taken over."""
    module, _, name = xmlid.partition(".")
    for entry in env.linked("ir.model.data", "name", name):
        if entry["module"] == module:
            env.store.change("ir.model.data", entry["id"], {"res_id": record_id, "write_date": env.now})
            return
    env.create("ir.model.data", {"module": module, "name": name, "model": model, "res_id": record_id})


def _values(
    env: Env, model: Model, paths: list[list[str]], lines: list[list[str]]
) -> tuple[Values, str, int | None]:
    """The values of one record, its external id and its database id."""
    values: Values = {}
    xmlid = ""
    database_id: int | None = None
    groups: dict[str, list[int]] = {}
    for index, path in enumerate(paths):
        groups.setdefault(path[0], []).append(index)
    for name, indexes in groups.items():
        cell = lines[0][indexes[0]]
        if name == "id":
            xmlid = cell
        elif name == ".id":
            database_id = int(cell) if cell else None
        elif name not in model.schema.fields:
            raise Problem(f"Invalid field name '{name}'")
        else:
            about = model.schema.fields[name]
            if about.type == "one2many":
                values[name] = _sub_rows(env, about, [paths[i][1:] for i in indexes], lines, indexes)
            elif cell or about.type != "many2one":
                values[name] = _cell(env, about, paths[indexes[0]][1:], cell)
    return values, xmlid, database_id


def _sub_rows(
    env: Env, about: Field, paths: list[list[str]], lines: list[list[str]], indexes: list[int]
) -> list[Any]:
    """Commands for the lines of a record. Without external ids they are always new: Odoo doubles them."""
    model = env.model(about.relation)
    orders: list[Any] = []
    for line in lines:
        cells = [line[index] for index in indexes]
        if not any(cells):
            continue
        values, xmlid, database_id = _values(env, model, paths, [cells])
        if xmlid and "." not in xmlid:
            xmlid = f"{DEFAULT_MODULE}.{xmlid}"
        existing = database_id or (env.xmlid(xmlid) if xmlid else None)
        if existing and existing in env.store.table(model.name):
            orders.append((1, existing, values))
        elif xmlid:
            orders.append((0, 0, {**values, XMLID: xmlid}))
        else:
            orders.append((0, 0, values))
    return orders


def _cell(env: Env, about: Field, rest: list[str], cell: str) -> Any:
    """One cell -> a value `make` accepts."""
    if not cell:
        return False
    if about.type == "many2one":
        return _link(env, about, rest, cell)
    if about.type == "many2many":
        parts = [_link(env, about, rest, part.strip()) for part in cell.split(",")]
        return [(6, 0, parts)]
    if about.type == "selection":
        return _choice(about, cell)
    if about.type in ("float", "monetary", "integer", "many2one_reference"):
        try:
            return float(cell) if about.type in ("float", "monetary") else int(cell)
        except ValueError:
            kind = "integer" if about.type == "integer" else "number"
            raise Problem(f"'{cell}' does not seem to be a {kind} for field '{about.label}'", about) from None
    if about.type == "boolean":
        return cell.lower() not in ("0", "false", "no")
    return cell


def _choice(about: Field, cell: str) -> str:
    for value, label in about.selection.items():
        if cell.lower() in (value.lower(), label.lower()):
            return value
    labels = list(about.selection.values())
    raise Problem(f"Value '{cell}' not found in selection field '{about.label}'", about, labels)


def _link(env: Env, about: Field, rest: list[str], cell: str) -> int:
    """A record by database id (`.id`), external id (`id`) or name."""
    kind = rest[0] if rest else ""
    table = env.store.table(about.relation)
    if kind == ".id":
        if cell.isdigit() and int(cell) in table:
            return int(cell)
        said = f"database id '{cell}'"
    elif kind == "id":
        found = env.xmlid(cell if "." in cell else f"{DEFAULT_MODULE}.{cell}")
        if found in table:
            return int(found or 0)
        said = f"external id '{cell}'"
    else:
        for record_id in table:
            if env.display_name(about.relation, record_id) == cell:
                return record_id
        said = f"name '{cell}'"
    raise Problem(
        f"No matching record found for {said} in field '{about.label}'", about, _possible(env, about)
    )


def _possible(env: Env, about: Field) -> Values:
    return {
        "name": "Possible Values",
        "type": "ir.actions.act_window",
        "target": "new",
        "view_mode": "tree,form" if env.version == 17 else "list,form",
        "views": [[False, "list"], [False, "form"]],
        "context": {"create": False},
        "help": "See all possible values",
        "res_model": "ir.model.data",
        "domain": [["model", "=", about.relation]],
    }
