"""The verbs towards Odoo: the call each makes, how often Odoo holds its result, what others do meanwhile."""

from typing import Any
from uuid import uuid4

from tests.orders.odoo import BuyersOdoo

AGREED_ON, AGREED_PRICE, AGREED_QUANTITY = "2026-12-20", 4.6, 12.0
ORDER, LINE, PICKING = "purchase.order", "purchase.order.line", "stock.picking"
REFERENCE = "SO-4711"


class Verb:
    """One column. ``parts`` is what the message asks for besides being a message about the order."""

    name = ""
    model, method = ORDER, "write"
    # Whether the order is confirmed in Odoo before we come.
    is_ordered = True
    # What is to be read in the cell when somebody changes the order in Odoo meanwhile.
    when_changed = "once"
    # The oldest version of Odoo that this is said to.
    since = 17
    # Whether somebody can only interfere after Odoo has it: between a lost reply and our repeat.
    changes_after_the_call = False

    def call(self, version: int) -> tuple[str, str]:
        """Return model and method of the call that writes."""
        return self.model, self.method

    def parts(self, line_id: int) -> dict[str, Any]:
        """Return the parts of the message's payload."""
        raise AssertionError

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        """Count how often Odoo holds the result."""
        raise AssertionError

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        """Do in Odoo what a buyer might."""
        raise AssertionError


class ConfirmRfq(Verb):
    """Each confirmation makes a receipt, so a second one could be seen."""

    name, method, is_ordered, when_changed = "confirm_rfq", "button_confirm", False, "parked: conflict"

    def parts(self, line_id: int) -> dict[str, Any]:
        return {"confirm_rfq": True, "lines": [_line(line_id, 10.0, 4.5, "2026-12-15")]}

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        [row] = odoo.read(ORDER, [("id", "=", order_id)], "state") or [{"state": "gone"}]
        receipts = odoo.read(PICKING, [("purchase_id", "=", order_id)], "state")
        return len(receipts) if row["state"] == "purchase" else 0

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        _change_line(odoo, order_id)


class AgreedLines(Verb):
    """A line written twice keeps its values, but Odoo would plan the difference a second time."""

    name, model, when_changed = "write_agreement: lines", LINE, "parked: conflict"

    def parts(self, line_id: int) -> dict[str, Any]:
        return {"lines": [_line(line_id, AGREED_QUANTITY, AGREED_PRICE, AGREED_ON)]}

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        rows = odoo.lines(order_id)
        values = [(row["product_qty"], row["price_unit"], row["date_planned"][:10]) for row in rows]
        if values != [(AGREED_QUANTITY, AGREED_PRICE, AGREED_ON)]:
            return 0
        domain = [("purchase_line_id", "=", rows[0]["id"]), ("state", "!=", "cancel")]
        planned = sum(row["product_uom_qty"] for row in odoo.read("stock.move", domain, "product_uom_qty"))
        return 1 if planned == AGREED_QUANTITY else 2

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        _change_line(odoo, order_id)


class ReceiptDate(AgreedLines):
    """The second write of an agreement: the day on which the warehouse expects the goods."""

    name, model, when_changed = "write_agreement: receipt", PICKING, "once"

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        days = [f"{moment:%Y-%m-%d}" for moment in odoo.receipts(order_id)]
        return days.count(AGREED_ON)

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        [receipt] = odoo.read(PICKING, [("purchase_id", "=", order_id)], "name")
        odoo.write(PICKING, receipt["id"], scheduled_date="2026-12-18 08:00:00")


class Acknowledge(Verb):
    name = "acknowledge"

    def call(self, version: int) -> tuple[str, str]:
        return ORDER, "action_acknowledge" if version >= 19 else "write"

    def parts(self, line_id: int) -> dict[str, Any]:
        return {"acknowledge": True}

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        flag = self._flag(odoo)
        return sum(row[flag] for row in odoo.read(ORDER, [("id", "=", order_id)], flag))

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        odoo.write(ORDER, order_id, **{self._flag(odoo): True})

    def _flag(self, odoo: BuyersOdoo) -> str:
        return "acknowledged" if odoo.server.version >= 19 else "mail_reception_confirmed"


class SupplierReference(Verb):
    """Up to 18 bills would take the number over, so it is not written there."""

    name, since = "note_supplier_reference", 19

    def parts(self, line_id: int) -> dict[str, Any]:
        return {"supplier_reference": REFERENCE}

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        return len(odoo.read(ORDER, [("id", "=", order_id), ("partner_ref", "=", REFERENCE)], "name"))

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        odoo.write(ORDER, order_id, origin="typed by the buyer")


class PostNote(Verb):
    name, model, method, changes_after_the_call = "post_note", "mail.message", "load", True

    def parts(self, line_id: int) -> dict[str, Any]:
        return {"note": {"external_id": f"first {uuid4().hex}", "body": "<p>Acme confirmed 1 line.</p>"}}

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        return len(notes(odoo, order_id, "first"))

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        """Somebody corrects the note: the repeat must neither post it again nor undo that."""
        for note in notes(odoo, order_id, "first"):
            odoo.write("mail.message", note["id"], body="<p>corrected</p>")


class AskBuyer(Verb):
    name, model, method, changes_after_the_call = "ask_buyer", "mail.activity", "load", True

    def parts(self, line_id: int) -> dict[str, Any]:
        asked = {"summary": "Acme proposes other deliveries", "body_html": "<p>6 and 4</p>", "user_id": None}
        return {"question": {"external_id": f"question {uuid4().hex}"} | asked}

    def held(self, odoo: BuyersOdoo, order_id: int) -> int:
        """Open questions, and those that were answered: their text is in the chatter then."""
        about = [("res_model", "=", ORDER), ("res_id", "=", order_id)]
        answered = [("model", "=", ORDER), ("res_id", "=", order_id), ("mail_activity_type_id", "!=", False)]
        return len(odoo.read("mail.activity", about, "summary")) + len(
            odoo.read("mail.message", answered, "body")
        )

    def meanwhile(self, odoo: BuyersOdoo, order_id: int) -> None:
        """The buyer answers before our repeat: the question must not be asked again."""
        about = [("res_model", "=", ORDER), ("res_id", "=", order_id)]
        for question in odoo.read("mail.activity", about, "summary"):
            odoo.client.call("mail.activity", "action_feedback", [question["id"]], feedback="Take both.")


VERBS: tuple[Verb, ...] = (
    ConfirmRfq(),
    AgreedLines(),
    ReceiptDate(),
    Acknowledge(),
    SupplierReference(),
    PostNote(),
    AskBuyer(),
)


def notes(odoo: BuyersOdoo, order_id: int, external_id: str) -> list[dict[str, Any]]:
    """Read the notes that were posted on an order under an external id."""
    domain = [("model", "=", ORDER), ("res_id", "=", order_id), ("message_id", "ilike", f"<{external_id}-")]
    return odoo.read("mail.message", domain, "body")


def _line(line_id: int, quantity: float, price: float, on: str) -> dict[str, Any]:
    return {"line": line_id, "quantity": str(quantity), "unit_price": str(price), "on": on}


def _change_line(odoo: BuyersOdoo, order_id: int) -> None:
    """The buyer orders more."""
    [line] = odoo.lines(order_id)
    odoo.write(LINE, line["id"], product_qty=11.0, price_unit=4.5, date_planned=line["date_planned"])
