"""What every model can do: create, write, unlink and read, with one hook for each rule a model adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import (
    ValidationError,
    broken_link,
    invalid_field,
    missing,
    missing_required,
    value_error,
)
from integrations.odoo.sandbox.loading import XMLID, remember
from integrations.odoo.sandbox.schema import Field, ModelSchema
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import convert, seconds

Reader = Callable[[Record], Any]
Values = dict[str, Any]


class Model:
    """The rules of one model. Subclasses override the hooks; their public RPC methods live beside them."""

    def __init__(self, schema: ModelSchema) -> None:
        self.schema = schema
        self.name = schema.name

    # Hooks -----------------------------------------------------------------------------------------------

    def defaults(self, env: Env, values: Values) -> Values:
        """Values for what the caller left out."""
        return {}

    def before_change(self, env: Env, record: Record, values: Values) -> None:
        """Called per record before values are stored; may refuse, or add to `values`."""

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """Called when a record and its lines are stored; `given` is what the caller sent."""

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """Called per record after storing; `before` is what it was, `given` what was asked for."""

    def before_delete(self, env: Env, record: Record) -> None:
        """May refuse the deletion."""

    def after_delete(self, env: Env, record: Record) -> None:
        """The record is gone."""

    def display_name(self, env: Env, record: Record) -> str:
        """What many2one fields show."""
        return str(record.get("name") or f"{self.name},{record['id']}")

    def computed(self, env: Env, name: str) -> Reader | None:
        """A reader for a field that is not stored, or None when it is."""
        return None

    # Writing ---------------------------------------------------------------------------------------------

    def make(self, env: Env, given: Values) -> int:
        """Create one record. Raises the error Odoo raises for the first thing wrong with the values."""
        for name in given:
            if name not in self.schema.fields:
                raise invalid_field(env.version, "create", self.name, name)
        values = {**self.defaults(env, given), **given}
        record, commands = self._converted(env, values, current={})
        self._check_required(env, record)
        record.update(create_date=env.now, write_date=env.now, create_uid=env.uid, write_uid=env.uid)
        record_id = env.store.insert(self.name, record)
        for field, orders in commands:
            self._one2many(env, record_id, field, orders)
        self.after_make(env, record_id, given)
        return record_id

    def change(self, env: Env, ids: Iterable[int], given: Values) -> None:
        """Write the same values to every record. Raises MissingError and what `make` raises."""
        records = [(record_id, env.record(self.name, record_id)) for record_id in ids]
        for name in given:
            if name not in self.schema.fields:
                raise invalid_field(env.version, "write", self.name, name)
        for record_id, record in records:
            values = dict(given)
            self.before_change(env, record, values)
            stored, commands = self._converted(env, values, current=record)
            before = dict(record)
            stored.update(write_date=env.now, write_uid=env.uid)
            env.store.change(self.name, record_id, stored)
            for field, orders in commands:
                self._one2many(env, record_id, field, orders)
            self._check_required(env, record)
            self.after_change(env, record_id, before, given)
        env.forget_names()

    def remove(self, env: Env, ids: Iterable[int]) -> None:
        """Delete records and their external ids. Raises MissingError and what the hook raises."""
        records = [env.record(self.name, record_id) for record_id in ids]
        for record in records:
            self.before_delete(env, record)
        for record in records:
            env.store.delete(self.name, record["id"])
            for entry in env.linked("ir.model.data", "res_id", record["id"]):
                if entry["model"] == self.name:
                    env.store.delete("ir.model.data", entry["id"])
            self.after_delete(env, record)

    def _check_required(self, env: Env, record: Record) -> None:
        for field in self.schema.fields.values():
            if not field.required or field.type in ("one2many", "many2many"):
                continue
            empty = record.get(field.name) is None or record[field.name] is False
            if empty and field.type != "boolean":
                description = self.schema.description
                raise missing_required(env.version, field.name, field.label, self.name, description)

    def _converted(
        self, env: Env, values: Values, *, current: Record
    ) -> tuple[Record, list[tuple[Field, Any]]]:
        """Values as stored, and the one2many commands still to be carried out."""
        stored: Record = {}
        commands: list[tuple[Field, Any]] = []
        for name, value in values.items():
            field = self.schema.fields[name]
            if field.type == "one2many":
                commands.append((field, value))
            elif field.type == "many2many":
                stored[name] = self._many2many(env, field, value, current.get(name) or [])
            elif field.type == "many2one":
                stored[name] = self._many2one(env, field, value)
            else:
                stored[name] = convert(env.version, self.name, field, value)
        return stored, commands

    def _many2one(self, env: Env, field: Field, value: Any) -> int | bool:
        if not value:
            return False
        if isinstance(value, str) and not value.isdigit():
            raise value_error(f"Wrong value for {self.name}.{field.name}: {value!r}")
        target = int(value[0] if isinstance(value, (list, tuple)) else value)
        if field.relation not in env.schema.models or target not in env.store.table(field.relation):
            if env.version >= 19:
                raise missing(field.relation, target, env.uid)
            raise broken_link(env.version, field.name, self.name, self.schema.description)
        return target

    def _many2many(self, env: Env, field: Field, value: Any, current: list[int]) -> list[int]:
        if not value:
            return []
        chosen = list(current)
        for order in value:
            code, target, more = [*([4, order] if isinstance(order, int) else order), 0, 0][:3]
            if code in (5, 6):
                chosen = list(more or [])
            elif code in (2, 3):
                chosen = [item for item in chosen if item != target]
            elif code == 0:
                chosen.append(env.create(field.relation, more)["id"])
            elif code == 4 and target not in chosen:
                chosen.append(target)
        for target in chosen:
            env.record(field.relation, target)
        return chosen

    def _one2many(self, env: Env, record_id: int, field: Field, orders: Any) -> None:
        """Carry out (0, 0, values), (1, id, values), (2, id), (3, id), (4, id), (5,) and (6, 0, ids)."""
        for order in orders or []:
            code, target, values = [*order, 0, 0][:3]
            if code == 0:
                self._new_line(env, record_id, field, dict(values))
            elif code == 1:
                env.write(field.relation, [target], values)
            elif code in (2, 3):
                env.model(field.relation).remove(env, [target])
            elif code == 4:
                env.write(field.relation, [target], {field.inverse: record_id})
            else:
                keep = set(values or []) if code == 6 else set()
                lines = self._lines(env, field, record_id)
                env.model(field.relation).remove(env, [line for line in lines if line not in keep])

    def _new_line(self, env: Env, record_id: int, field: Field, values: Values) -> None:
        xmlid = values.pop(XMLID, "")
        line = env.create(field.relation, {**values, **self._pointing_back(env, field, record_id)})
        if xmlid:
            remember(env, xmlid, field.relation, line["id"])

    def _pointing_back(self, env: Env, field: Field, record_id: int) -> Values:
        if field.relation == "mail.message":
            return {"model": self.name, "res_id": record_id}
        return {field.inverse: record_id}

    # Reading ---------------------------------------------------------------------------------------------

    def _lines(self, env: Env, field: Field, record_id: int) -> list[int]:
        """Ids behind a one2many, in the order of the other model."""
        if not field.inverse or field.relation not in env.schema.models:
            return []
        lines = env.linked(field.relation, field.inverse, record_id)
        marker = {"mail.message": "model", "mail.activity": "res_model"}.get(field.relation)
        if marker:
            lines = [line for line in lines if line[marker] == self.name]
        lines = [line for line in lines if line.get("active", True)]
        return [line["id"] for line in env.model(field.relation).ordered(env, lines, None)]

    def raw_reader(self, env: Env, name: str) -> Reader:
        """A reader for the bare value: many2one as an id, x2many as ids, datetimes as stored."""
        field = self.schema.fields[name]
        if name == "display_name":
            return lambda record: env.display_name(self.name, record["id"])
        special = self.computed(env, name)
        if special is not None:
            return special
        if field.type == "one2many":
            return lambda record: self._lines(env, field, record["id"])
        if field.type == "many2many":
            return lambda record: record.get(name) or []
        empty: Any = {"float": 0.0, "monetary": 0.0, "integer": 0}.get(field.type, False)
        return lambda record: record.get(name, empty)

    def reader(self, env: Env, name: str, *, bare: bool = False) -> Reader:
        """A reader for the value as RPC shows it; *bare* shows a many2one as its id, without the name."""
        field = self.schema.fields[name]
        raw = self.raw_reader(env, name)
        if field.type == "many2one" and bare:
            return lambda record: raw(record) or False
        if field.type == "many2one":
            relation = field.relation

            def pair(record: Record) -> Any:
                target = raw(record)
                return [target, env.display_name(relation, target)] if target else False

            return pair
        if field.type == "datetime":
            return lambda record: seconds(raw(record)) if raw(record) else False
        if field.type == "many2one_reference":
            return lambda record: raw(record) or False
        return raw

    def ordered(self, env: Env, records: list[Record], order: str | None) -> list[Record]:
        """Records sorted as an ORDER BY would: empty values last, first when descending."""
        terms = [term.split() for term in (order or self.schema.order).split(",") if term.strip()]
        for name, *direction in reversed(terms):
            if name not in self.schema.fields:
                raise value_error(f"Invalid field {name!r} on model {self.name!r}")
            descending = bool(direction) and direction[0].lower() == "desc"
            records = sorted(records, key=self._sort_key(env, name), reverse=descending)
        return records

    def _sort_key(self, env: Env, name: str) -> Callable[[Record], tuple[bool, Any]]:
        raw = self.raw_reader(env, name)
        field = self.schema.fields[name]
        if field.type in ("integer", "float", "monetary", "boolean"):
            return lambda record: (False, raw(record))
        if field.type == "many2one" and field.relation != "purchase.order":
            return lambda record: (not raw(record), env.display_name(field.relation, raw(record) or 0))

        def key(record: Record) -> tuple[bool, Any]:
            value = raw(record)
            return (value in (None, False), value if value not in (None, False) else "")

        return key

    def refuse_loop(self, env: Env, record_id: int, parent: int, label: str) -> None:
        """A parent chain must not come back to the record. Raises ValidationError."""
        while parent:
            if parent == record_id:
                raise ValidationError(f"You cannot create recursive {label} hierarchies.")
            parent = env.record(self.name, parent).get("parent_id") or 0
