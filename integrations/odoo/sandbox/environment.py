"""One call's view of the database: who calls, in which context, at what moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from integrations.odoo.sandbox.errors import UserError, missing
from integrations.odoo.sandbox.schema import Schema
from integrations.odoo.sandbox.store import Record, Store

if TYPE_CHECKING:
    from integrations.odoo.sandbox.model import Model

SUPERUSER = 1


class Env:
    """What every model function receives.

    `now` is the start of the transaction, 'YYYY-MM-DD HH:MM:SS.ffffff' UTC: Odoo stamps every row of a
    transaction with that moment.
    """

    def __init__(
        self,
        store: Store,
        schema: Schema,
        models: dict[str, Model],
        *,
        uid: int,
        context: dict[str, Any],
        now: str,
    ) -> None:
        self.store = store
        self.schema = schema
        self.version = schema.version
        self.models = models
        self.uid = uid
        self.context = context
        self.now = now
        self._names: dict[tuple[str, int], str] = {}

    def with_context(self, **more: Any) -> Env:
        """The same call with more context."""
        context = {**self.context, **more}
        return Env(self.store, self.schema, self.models, uid=self.uid, context=context, now=self.now)

    def as_user(self, uid: int) -> Env:
        """The same moment, seen as another user (Odoo's sudo uses SUPERUSER)."""
        return Env(self.store, self.schema, self.models, uid=uid, context=self.context, now=self.now)

    def model(self, name: str) -> Model:
        """The behaviour of a model. Raises UserError when this version has no such model."""
        found = self.models.get(name)
        if found is None:
            raise UserError(f"Object {name} doesn't exist")
        return found

    def own_name(self, model: str, newest: str) -> str:
        """This version's name of a field that was renamed in 19."""
        return self.schema.own_name(model, newest)

    def has_field(self, model: str, name: str) -> bool:
        """Whether this version knows the field."""
        return model in self.schema.models and name in self.schema.models[model].fields

    def record(self, model: str, record_id: int) -> Record:
        """A record to look at. Raises MissingError."""
        found = self.store.table(model).get(record_id)
        if found is None:
            raise missing(model, record_id, self.uid)
        return found

    def records(self, model: str, ids: list[int]) -> list[Record]:
        """Several records, in the order given."""
        return [self.record(model, record_id) for record_id in ids]

    def linked(self, model: str, name: str, value: Any) -> list[Record]:
        """The records whose many2one `name` is `value`, oldest first."""
        table = self.store.table(model)
        return [table[record_id] for record_id in self.store.linked(model, name, value)]

    def create(self, model: str, values: dict[str, Any]) -> Record:
        """Make one record, with the model's rules; rights are the caller's business."""
        record_id = self.model(model).make(self, values)
        return self.store.table(model)[record_id]

    def write(self, model: str, ids: list[int], values: dict[str, Any]) -> None:
        """Change records, with the model's rules; rights are the caller's business."""
        self.model(model).change(self, ids, values)

    def put(self, model: str, record_id: int, values: dict[str, Any]) -> None:
        """Store computed values and stamp the record, but only when one of them really is different."""
        record = self.store.table(model)[record_id]
        if any(record.get(name) != value for name, value in values.items()):
            stamped = {**values, "write_date": self.now, "write_uid": self.uid}
            self.store.change(model, record_id, stamped)

    def display_name(self, model: str, record_id: int) -> str:
        """The name a record goes by, remembered for this call."""
        key = (model, record_id)
        if key not in self._names:
            record = self.store.table(model).get(record_id)
            self._names[key] = self.models[model].display_name(self, record) if record else ""
        return self._names[key]

    def display_names(self, model: str) -> Callable[[int], str]:
        """The naming function of one model."""
        return lambda record_id: self.display_name(model, record_id)

    def forget_names(self) -> None:
        """Names may have changed: compute them again."""
        self._names.clear()

    def ids_named(self, model: str, text: str) -> list[int]:
        """Ids whose display name contains `text`, letters of either case."""
        lowered = text.lower()
        table = self.store.table(model)
        return [found for found in table if lowered in self.display_name(model, found).lower()]

    def xmlid(self, full_name: str) -> int | None:
        """The record id behind `module.name`."""
        module, _, name = full_name.partition(".")
        for entry in self.linked("ir.model.data", "name", name):
            if entry["module"] == module:
                return int(entry["res_id"])
        return None

    def has_group(self, xmlid: str) -> bool:
        """Whether the calling user is in the group."""
        if self.uid == SUPERUSER:
            return True
        groups = self.record("res.users", self.uid).get(self.own_name("res.users", "group_ids"), [])
        return self.xmlid(xmlid) in groups

    @property
    def user(self) -> Record:
        """The calling user's record."""
        return self.record("res.users", self.uid)

    @property
    def company_id(self) -> int:
        """The company new records fall to: first of allowed_company_ids, else the user's own."""
        allowed = self.context.get("allowed_company_ids")
        return int(allowed[0]) if allowed else int(self.user["company_id"])
