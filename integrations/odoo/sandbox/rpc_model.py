"""The methods every model offers over RPC: search, read, create, write, unlink and their relatives."""

# Parameters are positional booleans because Odoo's RPC methods have them so.
# ruff: noqa: FBT001, FBT002

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypeVar

from integrations.odoo.sandbox import access
from integrations.odoo.sandbox.domains import candidates, compile_domain
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import UserError, invalid_field
from integrations.odoo.sandbox.loading import load_rows
from integrations.odoo.sandbox.model import Model, Values
from integrations.odoo.sandbox.schema import Field
from integrations.odoo.sandbox.store import Record

Method = TypeVar("Method", bound=Callable[..., Any])


# How `read` shows many2one fields: as [id, name] with this, as the bare id with anything else.
CLASSIC = "_classic_read"


class RecordSet:
    """A method result that Odoo 17 and 18 cannot send over XML-RPC: records themselves."""

    def __init__(self, model: str, ids: list[int]) -> None:
        self.model = model
        self.ids = ids


def on_model(method: Method) -> Method:
    """Callable over RPC without record ids (Odoo's @api.model)."""
    method.rpc_takes_ids = False  # type: ignore[attr-defined]
    return method


def on_records(method: Method) -> Method:
    """Callable over RPC; the first positional argument is the list of ids."""
    method.rpc_takes_ids = True  # type: ignore[attr-defined]
    return method


def since(version: int) -> Callable[[Method], Method]:
    """The method exists from this version on."""

    def mark(method: Method) -> Method:
        method.rpc_since = version  # type: ignore[attr-defined]
        return method

    return mark


def until(version: int) -> Callable[[Method], Method]:
    """The method exists up to this version."""

    def mark(method: Method) -> Method:
        method.rpc_until = version  # type: ignore[attr-defined]
        return method

    return mark


class RpcModel(Model):
    """A model with the methods every Odoo model has."""

    def find(
        self, env: Env, domain: Any, order: str | None = None, *, most: int | None = None
    ) -> list[Record]:
        """Visible records that match, sorted. Archived ones only when the domain or context asks.

        Where the store has them in that order, no more than *most* are looked for.
        """
        matches = compile_domain(env, self.name, domain)
        table = env.store.table(self.name)
        ids, sorted_already = candidates(env, self.name, domain, order)
        rows: Iterator[Record] = filter(matches, map(table.__getitem__, ids))
        if self._hides_archived(env, domain):
            rows = (record for record in rows if record.get("active", True))
        visible = access.row_filter(env, self.name)
        if visible is not None:
            rows = filter(visible, rows)
        return list(islice(rows, most)) if sorted_already else self.ordered(env, list(rows), order)

    def _hides_archived(self, env: Env, domain: Any) -> bool:
        if "active" not in self.schema.fields or env.context.get("active_test") is False:
            return False
        leaves = [leaf for leaf in domain or [] if isinstance(leaf, (list, tuple))]
        return not any(leaf[0] == "active" for leaf in leaves)

    def _page(self, env: Env, domain: Any, offset: int, limit: int | None, order: str | None) -> list[Record]:
        access.check(env, self.name, access.READ)
        end = (offset or 0) + limit if limit else None
        return self.find(env, domain, order, most=end)[offset or 0 : end]

    def shown(
        self, env: Env, records: list[Record], fields: list[str] | None, load: str | None = CLASSIC
    ) -> list[Values]:
        """Records as `read` answers them: always with the id, in the order of the fields asked for."""
        names = fields or list(self.schema.fields)
        for name in names:
            if name not in self.schema.fields:
                raise invalid_field(env.version, "read", self.name, name)
        bare = load != CLASSIC
        readers = [(name, self.reader(env, name, bare=bare)) for name in names if name != "id"]
        return [{"id": record["id"], **{name: read(record) for name, read in readers}} for record in records]

    @on_model
    def search(
        self, env: Env, domain: Any, offset: int = 0, limit: int | None = None, order: str | None = None
    ) -> list[int]:
        """Ids that match."""
        return [record["id"] for record in self._page(env, domain, offset, limit, order)]

    @on_model
    def search_count(self, env: Env, domain: Any, limit: int | None = None) -> int:
        """How many match."""
        return len(self._page(env, domain, 0, limit, None))

    @on_model
    def search_read(
        self,
        env: Env,
        domain: Any = None,
        fields: list[str] | None = None,
        offset: int = 0,
        limit: int | None = None,
        order: str | None = None,
        load: str | None = CLASSIC,
    ) -> list[Values]:
        """Search and read in one call."""
        return self.shown(env, self._page(env, domain, offset, limit, order), fields, load)

    @on_records
    def read(
        self, env: Env, ids: list[int], fields: list[str] | None = None, load: str | None = CLASSIC
    ) -> list[Values]:
        """Values of the records; ids that do not exist are left out without a word."""
        access.check(env, self.name, access.READ)
        table = env.store.table(self.name)
        records = [table[found] for found in ids if found in table]
        access.check_rows(env, self.name, access.READ, records)
        return self.shown(env, records, fields, load)

    @on_model
    def create(self, env: Env, vals_list: Any) -> Any:
        """New records: a dict gives an id, a list gives ids."""
        access.check(env, self.name, access.CREATE)
        many = isinstance(vals_list, list)
        ids = [self.make(env, values) for values in (vals_list if many else [vals_list])]
        return ids if many else ids[0]

    @on_records
    def write(self, env: Env, ids: list[int], vals: Values) -> bool:
        """Change the records."""
        access.check(env, self.name, access.WRITE)
        access.check_rows(env, self.name, access.WRITE, env.records(self.name, ids))
        self.change(env, ids, vals)
        return True

    @on_records
    def unlink(self, env: Env, ids: list[int]) -> bool:
        """Delete the records."""
        access.check(env, self.name, access.DELETE)
        access.check_rows(env, self.name, access.DELETE, env.records(self.name, ids))
        self.remove(env, ids)
        return True

    @on_model
    def load(self, env: Env, fields: list[str], data: list[list[Any]]) -> Values:
        """Import rows by external id, all or none."""
        access.check(env, self.name, access.CREATE)
        access.check(env, self.name, access.WRITE)
        return load_rows(env, self, fields, data)

    @on_model
    def fields_get(
        self, env: Env, allfields: list[str] | None = None, attributes: list[str] | None = None
    ) -> dict[str, Values]:
        """What fields there are."""
        access.check(env, self.name, access.READ)
        fields = self.schema.fields.values()
        described = {
            field.name: _described(field, env.version)
            for field in fields
            if not allfields or field.name in allfields
        }
        if attributes:
            return {
                name: {key: about[key] for key in attributes if key in about}
                for name, about in described.items()
            }
        return described

    def _name_search(
        self, env: Env, name: str, domain: Any, operator: str, limit: int | None
    ) -> list[list[Any]]:
        access.check(env, self.name, access.READ)
        wanted = [[("display_name"), operator, name]] if name else []
        found = self.find(env, [*(domain or []), *wanted])[: limit or None]
        return [[record["id"], env.display_name(self.name, record["id"])] for record in found]

    @on_model
    def name_search(
        self,
        env: Env,
        name: str = "",
        args: Any = None,
        operator: str = "ilike",
        limit: int | None = 100,
        domain: Any = None,
    ) -> list[list[Any]]:
        """Ids and names that match a text (`args` up to 18, `domain` on 19)."""
        return self._name_search(env, name, domain or args, operator, limit)

    @on_records
    def get_external_id(self, env: Env, ids: list[int]) -> dict[int, str]:
        """External ids by record id: keys which XML-RPC cannot carry."""
        access.check(env, self.name, access.READ)
        return {found: self._external_id(env, found) for found in ids}

    def _external_id(self, env: Env, record_id: int) -> str:
        for entry in env.linked("ir.model.data", "res_id", record_id):
            if entry["model"] == self.name:
                return f"{entry['module']}.{entry['name']}"
        return ""

    @on_model
    def check_access_rights(self, env: Env, operation: str, raise_exception: bool = True) -> bool:
        """Whether the user may do this; raises AccessError instead of False when asked to."""
        allowed = access.may(env, self.name, operation)
        if not allowed and raise_exception:
            raise access.refusal(env, self.name, operation)
        return allowed

    @since(18)
    @on_records
    def has_access(self, env: Env, ids: list[int], operation: str) -> bool:
        """Whether the user may do this to these records (or to the model, without ids)."""
        records = env.records(self.name, ids)
        rows = all(access.sees(env, self.name, record) for record in records)
        return rows and access.may(env, self.name, operation)

    @on_model
    def default_get(self, env: Env, fields_list: list[str]) -> Values:
        """Defaults a form would start from; only plain ones are known here."""
        access.check(env, self.name, access.CREATE)
        return {}

    def visible(self, env: Env, ids: list[int], operation: str) -> list[Record]:
        """Records a method is about to work on. Raises MissingError and AccessError."""
        access.check(env, self.name, operation)
        records = env.records(self.name, ids)
        access.check_rows(env, self.name, operation, records)
        return records

    def refuse(self, message: str) -> UserError:
        """A business refusal."""
        return UserError(message)


# The decimal accuracy an installation begins with; from 19 on prices are kept as they are.
_TWO_PLACES = frozenset({"product_qty", "discount", "qty_received", "qty_invoiced"})


def _described(field: Field, version: int) -> Values:
    """One field as fields_get tells it."""
    about: Values = {
        "type": field.type,
        "string": field.label,
        "name": field.name,
        "required": field.required,
        "readonly": field.readonly,
        "store": field.stored,
        "searchable": True,
        "sortable": field.stored,
        "company_dependent": False,
    }
    if field.relation:
        about["relation"] = field.relation
        about["domain"] = []
        about["context"] = {}
    if field.inverse:
        about["relation_field"] = field.inverse
    if field.name in _TWO_PLACES or (field.name == "price_unit" and version < 19):
        about["digits"] = [16, 2]
    if field.type == "selection":
        about["selection"] = [[value, label] for value, label in field.selection.items()]
    return about
