"""Who may do what: the access rights of the sandbox's users, refused in Odoo's words."""

from __future__ import annotations

from collections.abc import Callable

from integrations.odoo.sandbox.environment import SUPERUSER, Env
from integrations.odoo.sandbox.errors import AccessError
from integrations.odoo.sandbox.store import Record

EMPLOYEE = "base.group_user"
SETTINGS = "base.group_system"
ACCESS_RIGHTS = "base.group_erp_manager"
CONTACTS = "base.group_partner_manager"
BUYER = "purchase.group_purchase_user"
PURCHASE_MANAGER = "purchase.group_purchase_manager"
WAREHOUSE = "stock.group_stock_user"
INVENTORY_MANAGER = "stock.group_stock_manager"
BILLING = "account.group_account_invoice"
PRODUCT_CREATION = "product.group_product_manager"

# (xmlid, name up to 18 with its category, name on 19)
GROUPS = (
    (EMPLOYEE, "User types/Internal User", "Role / User"),
    (SETTINGS, "Administration/Settings", "Settings"),
    (ACCESS_RIGHTS, "Administration/Access Rights", "Access Rights"),
    (CONTACTS, "Extra Rights/Contact Creation", "Contact Creation"),
    (BUYER, "Purchase/User", "Purchase / User"),
    (PURCHASE_MANAGER, "Purchase/Administrator", "Purchase / Administrator"),
    (WAREHOUSE, "Inventory/User", "Inventory / User"),
    (INVENTORY_MANAGER, "Inventory/Administrator", "Inventory / Administrator"),
    (BILLING, "Accounting/Billing", "Accounting / Billing"),
    (PRODUCT_CREATION, "Extra Rights/Product Creation", "Product Creation"),
)

READ, WRITE, CREATE, DELETE = "read", "write", "create", "unlink"
_VERBS = {READ: "access", WRITE: "modify", CREATE: "create", DELETE: "delete"}

# model -> who may read it, who may write, create and delete it.
# Models not named: employees read, settings write.
_RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "purchase.order": ((BUYER, WAREHOUSE, BILLING), (BUYER,)),
    "purchase.order.line": ((BUYER, WAREHOUSE, BILLING), (BUYER,)),
    "stock.picking": ((WAREHOUSE, BUYER), (WAREHOUSE, BUYER)),
    "stock.move": ((WAREHOUSE, BUYER), (WAREHOUSE, BUYER)),
    "stock.move.line": ((WAREHOUSE, BUYER), (WAREHOUSE, BUYER)),
    "stock.lot": ((WAREHOUSE, BUYER), (WAREHOUSE,)),
    "stock.quant.package": ((WAREHOUSE,), (WAREHOUSE,)),
    "stock.package": ((WAREHOUSE,), (WAREHOUSE,)),
    "stock.backorder.confirmation": ((WAREHOUSE,), (WAREHOUSE,)),
    "stock.backorder.confirmation.line": ((WAREHOUSE,), (WAREHOUSE,)),
    "res.partner": ((EMPLOYEE,), (CONTACTS,)),
    "res.users": ((EMPLOYEE,), (ACCESS_RIGHTS,)),
    "res.users.apikeys": ((EMPLOYEE,), (SETTINGS,)),
    "product.product": ((EMPLOYEE,), (PRODUCT_CREATION, INVENTORY_MANAGER)),
    "product.template": ((EMPLOYEE,), (PRODUCT_CREATION, INVENTORY_MANAGER)),
    "product.supplierinfo": ((EMPLOYEE,), (PURCHASE_MANAGER, PRODUCT_CREATION)),
    "mail.message": ((EMPLOYEE,), (EMPLOYEE,)),
    "mail.activity": ((EMPLOYEE,), (EMPLOYEE,)),
    "ir.attachment": ((EMPLOYEE,), (EMPLOYEE,)),
    "ir.model.data": ((ACCESS_RIGHTS,), (ACCESS_RIGHTS,)),
    "ir.rule": ((ACCESS_RIGHTS,), (ACCESS_RIGHTS,)),
    "mail.tracking.value": ((SETTINGS,), (SETTINGS,)),
}
# Rows of these models are hidden from users who do not work for the company.
_PER_COMPANY = ("purchase.order", "purchase.order.line", "stock.picking", "stock.move", "stock.move.line")


def groups_for(model: str, operation: str) -> tuple[str, ...]:
    """The groups that may do this to a model."""
    readers, writers = _RULES.get(model, ((EMPLOYEE,), (SETTINGS,)))
    return readers if operation == READ else writers


def may(env: Env, model: str, operation: str) -> bool:
    """Whether the calling user may do this to the model at all."""
    if env.uid == SUPERUSER:
        return True
    return any(env.has_group(group) for group in groups_for(model, operation))


def refusal(env: Env, model: str, operation: str) -> AccessError:
    """The refusal, with the groups that would be allowed."""
    description = env.schema.models[model].description
    allowed = groups_for(model, operation)
    names = [new if env.version >= 19 else old for xmlid, old, new in GROUPS if xmlid in allowed]
    listed = "".join(f"\t- {name}\n" for name in names)
    return AccessError(
        f"You are not allowed to {_VERBS[operation]} '{description}' ({model}) records.\n\n"
        f"This operation is allowed for the following groups:\n{listed}\n"
        "Contact your administrator to request access if necessary."
    )


def check(env: Env, model: str, operation: str) -> None:
    """Raise AccessError unless the calling user may do this to the model."""
    if not may(env, model, operation):
        raise refusal(env, model, operation)


def allowed_companies(env: Env) -> set[int]:
    """The companies whose rows this call may see."""
    if env.uid == SUPERUSER:
        return set(env.store.table("res.company"))
    chosen = env.context.get("allowed_company_ids")
    return set(chosen or env.user["company_ids"])


def row_filter(env: Env, model: str) -> Callable[[Record], bool] | None:
    """Which rows the calling user may see (Odoo's record rules, in short); None = all of them."""
    if model == "res.users.apikeys" and not env.has_group(SETTINGS):
        return lambda record: record["user_id"] == env.uid
    if model not in _PER_COMPANY:
        return None
    allowed = allowed_companies(env)
    if allowed >= set(env.store.table("res.company")):
        return None
    return lambda record: record["company_id"] in allowed


def sees(env: Env, model: str, record: Record) -> bool:
    """Whether the calling user may see one row."""
    visible = row_filter(env, model)
    return visible is None or visible(record)


def check_rows(env: Env, model: str, operation: str, records: list[Record]) -> None:
    """Raise AccessError when one of the rows is hidden from the calling user."""
    visible = row_filter(env, model)
    if visible is not None and not all(visible(record) for record in records):
        description = env.schema.models[model].description
        raise AccessError(
            f"Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n"
            f"Sorry, {env.display_name('res.users', env.uid)} (id={env.uid}) doesn't have "
            f"'{operation}' access to:\n- {description} ({model})"
        )
