"""Companies, contacts, users, products, units: the master data a purchase order points to."""

# Parameters are positional booleans because Odoo's RPC methods have them so.
# ruff: noqa: FBT001, FBT002

from __future__ import annotations

from typing import Any

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import AccessError, RpcError, ServerError, ValidationError
from integrations.odoo.sandbox.mail_models import Thread
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.rpc_model import RpcModel, on_model, on_records
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import as_decimal, rounded


class Company(RpcModel):
    """res.company: address fields are those of its contact."""

    def defaults(self, env: Env, values: Values) -> Values:
        """A contact of the same name, Odoo's default purchase settings."""
        partner = (
            values.get("partner_id")
            or env.create("res.partner", {"name": values.get("name"), "is_company": True})["id"]
        )
        rounding = "round_globally" if env.version >= 19 else "round_per_line"
        return {
            "partner_id": partner,
            "po_lock": "edit",
            "po_double_validation": "one_step",
            "po_double_validation_amount": 5000.0,
            "tax_calculation_rounding_method": rounding,
            "active": True,
            "sequence": 10,
            **({"po_lead": 0.0} if env.version < 19 else {}),
        }

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """The contact carries the address."""
        self._to_partner(env, record_id, given)

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """The contact carries the address."""
        self._to_partner(env, record_id, given)

    def _to_partner(self, env: Env, record_id: int, values: Values) -> None:
        shared = ("email", "phone", "street", "city", "zip", "country_id", "vat", "name")
        address = {name: values[name] for name in shared if name in values}
        if address:
            env.write("res.partner", [env.record(self.name, record_id)["partner_id"]], address)

    def computed(self, env: Env, name: str) -> Reader | None:
        """Address fields live on the contact."""
        if name in ("street", "city", "zip", "country_id", "vat"):
            return lambda record: env.record("res.partner", record["partner_id"]).get(name, False)
        return None


class Partner(Thread):
    """res.partner: vendors and the people who work there."""

    def defaults(self, env: Env, values: Values) -> Values:
        """An active contact in English."""
        return {"active": True, "type": "contact", "lang": "en_US", "is_company": False}

    def before_change(self, env: Env, record: Record, values: Values) -> None:
        """A contact cannot be its own parent."""
        if values.get("parent_id"):
            self.refuse_loop(env, record["id"], values["parent_id"], "Partner")

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """Derived names and the company a person belongs to."""
        self._derive(env, record_id)

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """Derived names and the company a person belongs to."""
        self._derive(env, record_id)

    def _derive(self, env: Env, record_id: int) -> None:
        record = env.record(self.name, record_id)
        parent = record.get("parent_id")
        top = record_id
        if parent and not record.get("is_company"):
            top = env.record(self.name, parent).get("commercial_partner_id") or parent
        env.forget_names()
        name = self.display_name(env, record)
        env.put(self.name, record_id, {"complete_name": name, "commercial_partner_id": top})

    def display_name(self, env: Env, record: Record) -> str:
        """`Company, Person` for people of a company."""
        name = record.get("name") or ""
        if record.get("parent_id") and not record.get("is_company"):
            return f"{env.record(self.name, record['parent_id']).get('name') or ''}, {name}"
        return str(name)

    def computed(self, env: Env, name: str) -> Reader | None:
        """Company or person."""
        if name == "company_type":
            return lambda record: "company" if record.get("is_company") else "person"
        return None


class User(RpcModel):
    """res.users: name, e-mail and language are those of the user's contact."""

    _SHARED = ("name", "email", "lang", "tz")

    def make(self, env: Env, given: Values) -> int:
        """A user and the contact behind it."""
        values = dict(given)
        password = values.pop("password", None)
        shared = {name: values.pop(name) for name in self._SHARED if name in values}
        if not values.get("partner_id"):
            values["partner_id"] = env.create("res.partner", shared)["id"]
        elif shared:
            env.write("res.partner", [values["partner_id"]], shared)
        company = values.setdefault("company_id", env.company_id if env.uid > 1 else 1)
        values.setdefault("company_ids", [(6, 0, [company])])
        record_id = super().make(env, {"active": True, **values})
        if password:
            env.store.change(self.name, record_id, {"_password": password})
        return record_id

    def before_change(self, env: Env, record: Record, values: Values) -> None:
        """What the contact carries is written there."""
        shared = {name: values.pop(name) for name in self._SHARED if name in values}
        if shared:
            env.write("res.partner", [record["partner_id"]], shared)

    def computed(self, env: Env, name: str) -> Reader | None:
        """Fields of the contact."""
        if name in self._SHARED:
            empty = "en_US" if name == "lang" else False
            return lambda record: env.record("res.partner", record["partner_id"]).get(name, empty)
        return None

    def display_name(self, env: Env, record: Record) -> str:
        """The contact's name."""
        return str(env.record("res.partner", record["partner_id"]).get("name") or record["login"])

    @on_model
    def context_get(self, env: Env) -> Values:
        """Language, time zone and id of the calling user."""
        partner = env.record("res.partner", env.user["partner_id"])
        return {"lang": partner.get("lang") or "en_US", "tz": partner.get("tz") or False, "uid": env.uid}

    @on_model
    def has_group(self, env: Env, group_ext_id: str) -> bool:
        """Whether the calling user is in a group."""
        return env.has_group(group_ext_id)


class Group(RpcModel):
    """res.groups."""

    def computed(self, env: Env, name: str) -> Reader | None:
        """The full name is what is stored as the name."""
        return (lambda record: record["name"]) if name == "full_name" else None


class ProductTemplate(Thread):
    """product.template: what the variants share."""

    def defaults(self, env: Env, values: Values) -> Values:
        """Goods which can be bought and are tracked in stock."""
        return product_defaults(env, values)

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """One variant, unless the variant made the template."""
        if not env.context.get("variant_follows"):
            shared = {name: value for name, value in given.items() if name in PRODUCT_SHARED}
            env.create("product.product", {**shared, "product_tmpl_id": record_id})

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """The variant says the same."""
        variants = env.store.linked("product.product", "product_tmpl_id", record_id)
        copy_shared(env, env.record(self.name, record_id), "product.product", variants, given)


class Product(Thread):
    """product.product: the variant that is ordered; the sandbox has one per template."""

    def make(self, env: Env, given: Values) -> int:
        """A variant, with its template when none is given."""
        values = dict(given)
        if not values.get("product_tmpl_id"):
            shared = {name: value for name, value in values.items() if name in PRODUCT_SHARED}
            follows = env.with_context(variant_follows=True)
            values["product_tmpl_id"] = follows.create("product.template", shared)["id"]
        return super().make(env, values)

    def defaults(self, env: Env, values: Values) -> Values:
        """As the template."""
        return product_defaults(env, values)

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """The template says the same."""
        record = env.record(self.name, record_id)
        copy_shared(env, record, "product.template", [record["product_tmpl_id"]], given)

    def display_name(self, env: Env, record: Record) -> str:
        """`[code] name`."""
        code = record.get("default_code")
        return f"[{code}] {record['name']}" if code else str(record["name"])

    def computed(self, env: Env, name: str) -> Reader | None:
        """Price list rows hang on the template."""
        if name == "seller_ids":
            return lambda record: env.store.linked(
                "product.supplierinfo", "product_tmpl_id", record["product_tmpl_id"]
            )
        return None


PRODUCT_SHARED = (
    "name",
    "default_code",
    "barcode",
    "active",
    "type",
    "detailed_type",
    "is_storable",
    "purchase_ok",
    "sale_ok",
    "uom_id",
    "uom_po_id",
    "standard_price",
    "list_price",
    "tracking",
    "purchase_method",
    "description_purchase",
    "supplier_taxes_id",
    "company_id",
    "seller_ids",
)


def product_defaults(env: Env, values: Values) -> Values:
    """What a new product is when nothing else is said."""
    unit = env.xmlid("uom.product_uom_unit")
    defaults: Values = {
        "active": True,
        "purchase_ok": True,
        "sale_ok": True,
        "uom_id": unit,
        "tracking": "none",
        "purchase_method": "receive",
        "list_price": 1.0,
        "supplier_taxes_id": [(6, 0, list(env.store.table("account.tax")))],
    }
    if env.version == 17:
        kind = values.get("detailed_type") or values.get("type") or "product"
        defaults |= {"type": kind, "detailed_type": kind}
    else:
        defaults |= {"type": "consu", "is_storable": True}
    if env.version < 19:
        defaults["uom_po_id"] = values.get("uom_id") or unit
    return defaults


def copy_shared(env: Env, source: Record, model: str, targets: list[int], given: Values) -> None:
    """Keep template and variant alike in what was just written to one of them."""
    names = [name for name in given if name in PRODUCT_SHARED and name != "seller_ids"]
    for target in targets:
        env.put(model, target, {name: source.get(name) for name in names})


class SupplierInfo(RpcModel):
    """product.supplierinfo: one row of a vendor's price list."""

    def make(self, env: Env, given: Values) -> int:
        """A row hangs on the template; a variant alone names it."""
        values = dict(given)
        if values.get("product_id") and not values.get("product_tmpl_id"):
            values["product_tmpl_id"] = env.record("product.product", values["product_id"])["product_tmpl_id"]
        return super().make(env, values)

    def defaults(self, env: Env, values: Values) -> Values:
        """From the first unit on, in the company's currency, one day's lead time."""
        company = env.record("res.company", env.company_id) if env.uid > 1 else None
        defaults: Values = {
            "sequence": 1,
            "min_qty": 0.0,
            "price": 0.0,
            "discount": 0.0,
            "delay": 1,
            "company_id": company["id"] if company else False,
            "currency_id": company["currency_id"] if company else 1,
        }
        template = env.store.table("product.template").get(values.get("product_tmpl_id") or 0)
        if env.version >= 19 and template:
            variants = env.store.linked("product.product", "product_tmpl_id", template["id"])
            defaults |= {
                "product_uom_id": template["uom_id"],
                "product_id": variants[0] if variants else False,
            }
        return defaults

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """The discounted price is what the choice of row looks at."""
        self._derive(env, record_id)

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """The discounted price is what the choice of row looks at."""
        self._derive(env, record_id)

    def _derive(self, env: Env, record_id: int) -> None:
        record = env.record(self.name, record_id)
        net = as_decimal(record["price"]) * (1 - as_decimal(record["discount"]) / 100)
        env.put(self.name, record_id, {"price_discounted": rounded(net, 6)})

    def computed(self, env: Env, name: str) -> Reader | None:
        """Up to 18 the unit is the product's purchase unit."""
        if name == "product_uom":
            return lambda record: env.record("product.template", record["product_tmpl_id"]).get(
                "uom_po_id", False
            )
        return None

    def display_name(self, env: Env, record: Record) -> str:
        """The vendor."""
        return env.display_name("res.partner", record["partner_id"])


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


class ApiKey(RpcModel):
    """res.users.apikeys: the keys themselves are never shown."""

    @on_records
    def remove_keys(self, env: Env, ids: list[int]) -> bool:
        """Revoke keys; owners may revoke their own."""
        for record in env.records(self.name, ids):
            if record["user_id"] != env.uid and not env.has_group("base.group_system"):
                raise AccessError("You can not remove API keys unless they're yours or you are a system user")
        self.remove(env, ids)
        return True


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
    "res.company": Company,
    "res.partner": Partner,
    "res.users": User,
    "res.groups": Group,
    "res.users.apikeys": ApiKey,
    "product.template": ProductTemplate,
    "product.product": Product,
    "product.supplierinfo": SupplierInfo,
    "ir.model.data": ExternalId,
    "stock.lot": Lot,
    "stock.location": Location,
    "stock.picking.type": PickingType,
}
