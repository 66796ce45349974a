"""Products and vendors' price lists: what a purchase order line points to."""

from __future__ import annotations

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.mail_models import Thread
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.rpc_model import RpcModel
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import as_decimal, rounded

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
    "categ_id",
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
        "categ_id": env.xmlid("product.product_category_all"),
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


class ProductCategory(RpcModel):
    """product.category: a tree; each knows its full name and the path to it."""

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """Name and path follow from the category above."""
        self._derive(env, record_id)

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """What lies below is called otherwise as well."""
        self._derive(env, record_id)
        for child in env.store.linked(self.name, "parent_id", record_id):
            self.after_change(env, child, before, given)

    def _derive(self, env: Env, record_id: int) -> None:
        record = env.record(self.name, record_id)
        parent = env.store.table(self.name).get(record.get("parent_id") or 0)
        above, path = (f"{parent['complete_name']} / ", parent["parent_path"]) if parent else ("", "")
        env.put(
            self.name,
            record_id,
            {"complete_name": f"{above}{record['name']}", "parent_path": f"{path}{record_id}/"},
        )

    def display_name(self, env: Env, record: Record) -> str:
        """With everything above it."""
        return str(record["complete_name"])


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


PRODUCT_MODELS: dict[str, type[RpcModel]] = {
    "product.template": ProductTemplate,
    "product.product": Product,
    "product.category": ProductCategory,
    "product.supplierinfo": SupplierInfo,
}
