"""External ids, lots, places: the technical records around orders and receipts."""

# Parameters are positional booleans because Odoo's RPC methods have them so.
# ruff: noqa: FBT001, FBT002

from __future__ import annotations

from typing import Any

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import AccessError, RpcError, ServerError, ValidationError
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.rpc_model import RpcModel, on_model
from integrations.odoo.sandbox.store import Record


class ExternalId(RpcModel):
    """ir.model.data: external ids, unique by module and name."""

    def make(self, env: Env, given: Values) -> int:
        """Refuse a second record under the same external id."""
        module, name = given.get("module") or "", given.get("name") or ""
        if env.xmlid(f"{module}.{name}") is not None:
            raise ValidationError(
                "The operation cannot be completed: duplicate key value violates unique constraint "
                '"ir_model_data_module_name_uniq_index"\n'
                f"DETAIL:  Key (module, name)=({module}, {name}) already exists.\n"
            )
        return super().make(env, given)

    def computed(self, env: Env, name: str) -> Reader | None:
        """`module.name`."""
        if name == "complete_name":
            return lambda record: f"{record['module']}.{record['name']}"
        return None

    @on_model
    def check_object_reference(
        self, env: Env, module: str, xml_id: str, raise_on_access_error: bool = False
    ) -> list[Any]:
        """(model, id) behind an external id; the id only when the user may see the record."""
        record_id = env.xmlid(f"{module}.{xml_id}")
        if record_id is None:
            raise ServerError(
                "builtins.ValueError", f"External ID not found in the system: {module}.{xml_id}"
            )
        entries = [e for e in env.linked("ir.model.data", "name", xml_id) if e["module"] == module]
        model = entries[0]["model"]
        try:
            visible = env.models[model].search(env, [["id", "=", record_id]])  # type: ignore[attr-defined]
        except RpcError:
            visible = []
        if visible:
            return [model, record_id]
        if raise_on_access_error:
            raise AccessError(f'Not enough access rights on the external ID "{module}.{xml_id}"')
        return [model, False]


class Lot(RpcModel):
    """stock.lot: a lot or serial number."""

    @on_model
    def create(self, env: Env, vals_list: Any) -> Any:
        """Broken over RPC on 18 (before January 2025), as on the real one."""
        if env.version == 18:
            raise ServerError(
                "builtins.TypeError",
                "StockLot.create() missing 1 required positional argument: 'vals_list'",
            )
        return super().create(env, vals_list)


class Location(RpcModel):
    """stock.location."""

    def display_name(self, env: Env, record: Record) -> str:
        """The path."""
        return str(record.get("complete_name") or record["name"])


class PickingType(RpcModel):
    """stock.picking.type."""

    def display_name(self, env: Env, record: Record) -> str:
        """`Warehouse: Type`."""
        warehouse = record.get("warehouse_id")
        prefix = f"{env.display_name('stock.warehouse', warehouse)}: " if warehouse else ""
        return f"{prefix}{record['name']}"


BASE_MODELS: dict[str, type[RpcModel]] = {
    "ir.model.data": ExternalId,
    "stock.lot": Lot,
    "stock.location": Location,
    "stock.picking.type": PickingType,
}
