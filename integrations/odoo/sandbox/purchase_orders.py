"""purchase.order: the life cycle from request to locked or cancelled order, version by version."""

# Parameters are positional booleans because Odoo's RPC methods have them so.
# ruff: noqa: FBT001, FBT002

from __future__ import annotations

from typing import Any

from integrations.odoo.sandbox import access, receipts
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import UserError
from integrations.odoo.sandbox.mail_models import Thread, post, track
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.order_sums import (
    compute_amounts,
    compute_line,
    compute_receipts,
    is_confirmed,
    lines_of,
)
from integrations.odoo.sandbox.price_lists import remember_price
from integrations.odoo.sandbox.rpc_model import on_records, since, until
from integrations.odoo.sandbox.store import Record


class PurchaseOrder(Thread):
    """A purchase order.

    States: draft -> sent -> (to approve) -> purchase -> done (locked, up to 18) or purchase with `locked`
    (19); cancel from anywhere the rules allow, and back to draft.
    """

    def make(self, env: Env, given: Values) -> int:
        """An order; while its lines are made nothing is tracked. A date given for the order wins."""
        quiet = env.with_context(making_order=True)
        record_id = super().make(quiet, given)
        if given.get("date_planned"):
            self.change(quiet, [record_id], {"date_planned": given["date_planned"]})
        post(env, self.name, record_id, "<p>Purchase Order created</p>")
        return record_id

    def defaults(self, env: Env, values: Values) -> Values:
        """Number, dates, and what the vendor and the company say."""
        company = env.record("res.company", values.get("company_id") or env.company_id)
        vendor = env.store.table("res.partner").get(values.get("partner_id") or 0, {})
        defaults: Values = {
            "name": self._next_name(env) if values.get("partner_id") else "New",
            "state": "draft",
            "priority": "0",
            "date_order": env.now[:19],
            "company_id": company["id"],
            "currency_id": vendor.get("property_purchase_currency_id") or company["currency_id"],
            "payment_term_id": vendor.get("property_supplier_payment_term_id") or False,
            "user_id": env.uid,
            "picking_type_id": self._receipts_type(env, company["id"]),
            "currency_rate": 1.0,
            "amount_untaxed": 0.0,
            "amount_tax": 0.0,
            "amount_total": 0.0,
            "invoice_status": "no",
            "receipt_status": False,
            "invoice_count": 0,
            "picking_ids": [],
        }
        if env.version >= 19:
            defaults |= {"locked": False, "acknowledged": False}
        else:
            defaults |= {"mail_reception_confirmed": False, "mail_reminder_confirmed": False}
        return defaults

    @staticmethod
    def _next_name(env: Env) -> str:
        return f"P{env.store.next_id('number:purchase.order'):05d}"

    @staticmethod
    def _receipts_type(env: Env, company: int) -> int | bool:
        for record in env.store.table("stock.picking.type").values():
            if record["code"] == "incoming" and record["company_id"] == company:
                return int(record["id"])
        return False

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """Lines follow the vendor, the currency and the state; tracked fields leave a note."""
        order = env.record(self.name, record_id)
        if any(
            before.get(name) != order.get(name)
            for name in ("partner_id", "currency_id", "company_id", "state")
        ):
            self._lines_follow(env, order)
        if before["state"] != order["state"]:
            labels = self.schema.fields["state"].selection
            track(env, self.name, record_id, "Status", labels[before["state"]], labels[order["state"]])
        if env.version >= 19 and before.get("acknowledged") != order.get("acknowledged"):
            track(
                env, self.name, record_id, "Acknowledged", before.get("acknowledged"), order["acknowledged"]
            )

    @staticmethod
    def _lines_follow(env: Env, order: Record) -> None:
        for line in lines_of(env, order["id"]):
            compute_line(env, line["id"])
            if env.version < 19:
                # The state of a line is stored up to 18, so it stamps the line.
                env.put("purchase.order.line", line["id"], {"_order_state": order["state"]})
        compute_amounts(env, order["id"])

    def display_name(self, env: Env, record: Record) -> str:
        """Number, and the vendor's number behind it."""
        reference = record.get("partner_ref")
        return f"{record['name']} ({reference})" if reference else str(record["name"])

    def computed(self, env: Env, name: str) -> Reader | None:
        """What is counted on reading."""
        if name == "incoming_picking_count":
            return lambda record: len(record.get("picking_ids") or [])
        if name == "is_shipped":
            return lambda record: record.get("receipt_status") == "full"
        if name == "product_id":
            return lambda record: next(
                (line["product_id"] for line in lines_of(env, record["id"]) if line.get("product_id")), False
            )
        return None

    def before_delete(self, env: Env, record: Record) -> None:
        """Only cancelled orders."""
        if record["state"] != "cancel":
            raise UserError("In order to delete a purchase order, you must cancel it first.")

    def after_delete(self, env: Env, record: Record) -> None:
        """Lines go with the order."""
        for line in lines_of(env, record["id"]):
            env.store.delete("purchase.order.line", line["id"])
        super().after_delete(env, record)

    # Buttons ---------------------------------------------------------------------------------------------

    def _may_approve(self, env: Env, order: Record) -> bool:
        company = env.record("res.company", order["company_id"])
        return bool(
            company.get("po_double_validation") != "two_step"
            or order["amount_total"] < company["po_double_validation_amount"]
            or env.has_group(access.PURCHASE_MANAGER)
        )

    @on_records
    def button_confirm(self, env: Env, ids: list[int]) -> bool:
        """Confirm requests; above the company's limit a manager has to approve."""
        for order in self.visible(env, ids, access.WRITE):
            if order["state"] not in ("draft", "sent"):
                continue
            for line in lines_of(env, order["id"]):
                if line.get("product_id"):
                    remember_price(env, order, line)
            if self._may_approve(env, order):
                self._approve(env, order)
            else:
                self.change(env, [order["id"]], {"state": "to approve"})
        return True

    @on_records
    def button_approve(self, env: Env, ids: list[int], force: bool = False) -> Values:
        """Approve; without the right nothing happens, and the answer is the same."""
        for order in self.visible(env, ids, access.WRITE):
            if self._may_approve(env, order):
                self._approve(env, order)
        return {}

    def _approve(self, env: Env, order: Record) -> None:
        self.change(env, [order["id"]], {"state": "purchase", "date_approve": env.now[:19]})
        receipts.receive_order(env, order)
        company = env.record("res.company", order["company_id"])
        if company.get("po_lock") == "lock":
            self.change(env, [order["id"]], {"locked": True} if env.version >= 19 else {"state": "done"})

    @on_records
    def button_cancel(self, env: Env, ids: list[int]) -> None:
        """Cancel orders and what is still to come of their receipts."""
        orders = self.visible(env, ids, access.WRITE)
        self._refuse_locked(env, orders)
        for order in orders:
            pickings = env.linked("stock.picking", "purchase_id", order["id"])
            if any(picking["state"] == "done" for picking in pickings):
                self._note_done_receipts(env, order, pickings)
            for picking in pickings:
                receipts.cancel_picking(env, picking)
            self.change(env, [order["id"]], {"state": "cancel"})
            compute_receipts(env, order["id"])

    def _refuse_locked(self, env: Env, orders: list[Record]) -> None:
        locked = [order for order in orders if env.version >= 19 and order.get("locked")]
        if locked:
            names = ", ".join(self.display_name(env, order) for order in locked)
            raise UserError(f"Unable to cancel purchase order(s): {names}. You must first unlock them.")

    def _note_done_receipts(self, env: Env, order: Record, pickings: list[Record]) -> None:
        """Up to 18 a finished receipt forbids cancelling; 19 leaves a note on the receipt."""
        if env.version < 19:
            raise UserError(
                f"Unable to cancel purchase order {order['name']} as some receptions have already been done."
            )
        for picking in pickings:
            if picking["state"] == "done":
                text = f"<p>The purchase order {order['name']} this receipt is linked to was cancelled.</p>"
                post(env, "stock.picking", picking["id"], text)

    @on_records
    def button_draft(self, env: Env, ids: list[int]) -> Values:
        """Back to a request; confirming again makes a new receipt."""
        self.visible(env, ids, access.WRITE)
        self.change(env, ids, {"state": "draft"})
        return {}

    @until(18)
    @on_records
    def button_done(self, env: Env, ids: list[int]) -> None:
        """Lock (17, 18)."""
        self.visible(env, ids, access.WRITE)
        self.change(env, ids, {"state": "done", "priority": "0"})

    @since(19)
    @on_records
    def button_lock(self, env: Env, ids: list[int]) -> None:
        """Lock (19)."""
        self.visible(env, ids, access.WRITE)
        self.change(env, ids, {"locked": True})

    @on_records
    def button_unlock(self, env: Env, ids: list[int]) -> None:
        """Unlock."""
        self.visible(env, ids, access.WRITE)
        self.change(env, ids, {"locked": False} if env.version >= 19 else {"state": "purchase"})

    @since(19)
    @on_records
    def action_acknowledge(self, env: Env, ids: list[int]) -> None:
        """The vendor has seen the order (19)."""
        self.visible(env, ids, access.WRITE)
        self.change(env, ids, {"acknowledged": True})

    @until(18)
    @on_records
    def confirm_reminder_mail(self, env: Env, ids: list[int], confirmed_date: Any = False) -> None:
        """The vendor confirms the date of arrival (17, 18)."""
        for order in self.visible(env, ids, access.WRITE):
            if is_confirmed(order) and not order.get("mail_reminder_confirmed"):
                self.change(env, [order["id"]], {"mail_reminder_confirmed": True})
                vendor = env.display_name("res.partner", order["partner_id"])
                day = (confirmed_date or order["date_planned"] or "")[:10]
                post(
                    env,
                    self.name,
                    order["id"],
                    f"<p>{vendor} confirmed the receipt will take place on {day}.</p>",
                )

    @on_records
    def action_rfq_send(self, env: Env, ids: list[int]) -> Values:
        """The mail wizard; the state stays as it is until the mail is sent."""
        self.visible(env, ids, access.WRITE)
        return {
            "name": "Compose Email",
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_model": "mail.compose.message",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_model": self.name, "default_res_ids": ids, "mark_rfq_as_sent": True},
        }
