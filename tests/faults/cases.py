"""The two kinds of case: a verb towards Odoo, through the portal's own handler, and a mail."""

import socket
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import transaction

from integrations.odoo.connect import gateway_for
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.odoo_push import push_agreement
from suppliers.notices.deliveries import send_notice
from suppliers.notices.models import Notice
from tests import factories
from tests.conftest import Cast
from tests.faults.case import Case, until
from tests.faults.mailroom import Mailroom
from tests.faults.traps import MAIL
from tests.faults.verbs import Verb, notes
from tests.orders.odoo import BuyersOdoo

# How long a slow answer takes, and how long we wait for one.
SLOW_SECONDS, READ_SECONDS = 0.7, 0.3
_NOTHING: dict[str, Any] = {
    "revision": 1,
    "lines": [],
    "note": None,
    "former_reference": "",
    "question": None,
    "supplier_reference": "",
    "acknowledge": False,
    "confirm_rfq": False,
}


@dataclass
class Column:
    """One verb over one protocol; mail has neither."""

    name: str
    protocol: str
    version: int = 0
    verb: Verb | None = None

    def __str__(self) -> str:
        return f"{self.name}-{self.protocol}"


@dataclass
class ClosedDoor:
    """An address at which nobody listens, and nobody else can begin to."""

    held: socket.socket = field(default_factory=socket.socket)

    def __post_init__(self) -> None:
        self.held.bind(("127.0.0.1", 0))

    @property
    def port(self) -> int:
        """The port whose connections are refused."""
        return int(self.held.getsockname()[1])


class OdooCase(Case):
    """An order of one line in Odoo and its mirror; the second message is a note."""

    def __init__(self, odoo: BuyersOdoo, cast: Cast, verb: Verb, door: ClosedDoor, vendor: int) -> None:
        super().__init__()
        self.odoo, self.verb, self._door = odoo, verb, door
        self.model, self.method = verb.call(odoo.server.version)
        self._struck, self._calls_before = "", 0
        self.connection = cast.northwind.connection
        server, row = odoo.server, self.connection
        row.url, row.database, row.login, row.api_key = (
            server.url,
            server.database,
            server.login,
            server.api_key,
        )
        row.save()
        self.odoo_id = odoo.order(10, vendor=vendor, confirm=verb.is_ordered)
        if not verb.is_ordered:
            odoo.write("purchase.order", self.odoo_id, state="sent")
        state = OrderState.ORDERED if verb.is_ordered else OrderState.QUOTED
        self.order: PurchaseOrder = factories.order(
            cast.acme, cast.northwind, lines=0, odoo_id=self.odoo_id, state=state
        )
        [line] = odoo.lines(self.odoo_id)
        self.line = factories.line(self.order, odoo_id=line["id"], state=LineState.AGREED)

    @property
    def document(self) -> str:
        return self.order.document

    def say_first(self) -> None:
        self._say("first", self.verb.parts(self.line.pk))

    def say_second(self) -> None:
        body = "<p>What came after it.</p>"
        self._say("second", {"note": {"external_id": f"second {uuid4().hex}", "body": body}})

    def _say(self, key: str, parts: dict[str, Any]) -> None:
        with transaction.atomic():
            push_agreement.enqueue(
                key=f"{self.order.pk}:{key}",
                document=self.document,
                destination=f"odoo:{self.connection.pk}",
                payload={"order": self.order.pk} | _NOTHING | parts,
            )

    def held(self) -> int:
        return self.verb.held(self.odoo, self.odoo_id)

    def second_held(self) -> int:
        return len(notes(self.odoo, self.odoo_id, "second"))

    def strike(self, kind: str) -> None:
        self._struck, self._calls_before = kind, self.odoo.server.calls.last
        seconds = SLOW_SECONDS if kind == "slow" else 0.0
        self.odoo.server.faults.add(kind, model=self.model, method=self.method, seconds=seconds)

    def has_struck(self) -> bool:
        return not self.odoo.server.faults.listed()

    def wait_for_late_calls(self) -> None:
        """The call we gave up waiting for is done all the same, by now after our repeat."""
        if self._struck == "slow":
            calls = self.odoo.server.calls
            until(lambda: any(call.error == "fault:slow" for call in calls.after(self._calls_before)))

    def revoke_key(self) -> None:
        """The administrator withdraws our key after we have logged in with it."""
        gateway_for(self.connection).client.user_id()
        self._put_key(self.odoo.server.api_key, "withdrawn")

    def go_away(self) -> None:
        self._answers_at(f"http://127.0.0.1:{self._door.port}")

    def come_back(self) -> None:
        self.odoo.server.faults.clear()
        self._put_key("withdrawn", self.odoo.server.api_key)
        self._answers_at(self.odoo.server.url)

    def _put_key(self, old: str, new: str) -> None:
        with self.odoo.server.engine.transaction() as env:
            for entry in list(env.store.table("res.users.apikeys").values()):
                if entry["_key"] == old:
                    env.put("res.users.apikeys", entry["id"], {"_key": new})

    def _answers_at(self, url: str) -> None:
        self.connection.url = url
        self.connection.save(update_fields=["url"])

    def delete(self) -> None:
        """The buyer deletes the order."""
        self.odoo.client.call("purchase.order", "button_cancel", [self.odoo_id])
        self.odoo.client.call("purchase.order", "unlink", [self.odoo_id])


class MailCase(Case):
    """Two mails to two people about one thing."""

    model = MAIL

    def __init__(self, mailroom: Mailroom, cast: Cast, settings: Any, door: ClosedDoor) -> None:
        super().__init__()
        self.mailroom, self._settings, self._door = mailroom, settings, door
        order = factories.order(cast.acme, cast.northwind)
        self._notices = [
            Notice.objects.create(
                supplier=cast.acme,
                company=cast.northwind,
                to_email=f"{who}-{order.number}@example.com".lower(),
                event="order_new",
                key=f"order-{order.pk}-{who}",
                subject=f"Order {order.number}",
                text="An order waits for your answer.",
                html="<p>An order waits for your answer.</p>",
                created_at=factories.NOW,
            )
            for who in ("first", "second")
        ]
        self._document = f"notice:{self._notices[0].pk}"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailroom.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "quayside", "a password"

    @property
    def document(self) -> str:
        return self._document

    def say_first(self) -> None:
        self._say(self._notices[0])

    def say_second(self) -> None:
        self._say(self._notices[1])

    def _say(self, notice: Notice) -> None:
        with transaction.atomic():
            send_notice.enqueue(
                key=f"notice:{notice.pk}",
                document=self.document,
                destination="mail",
                payload={"notice": notice.pk},
            )

    def held(self) -> int:
        """Two copies of one Message-ID are one mail to whoever reads it."""
        return len(set(self._copies(0)))

    def second_held(self) -> int:
        return len(set(self._copies(1)))

    def remark(self) -> str:
        copies = len(self._copies(0))
        return f", {copies} copies" if copies > 1 else ""

    def _copies(self, place: int) -> list[str]:
        return self.mailroom.copies_for(self._notices[place].to_email)

    def strike(self, kind: str) -> None:
        self.mailroom.faults.append(kind)

    def has_struck(self) -> bool:
        return not self.mailroom.faults

    def revoke_key(self) -> None:
        self.mailroom.faults.append("key_revoked")

    def wait_for_late_calls(self) -> None:
        """A mail server that is slow has taken the mail already."""

    def go_away(self) -> None:
        self._settings.EMAIL_PORT = self._door.port

    def come_back(self) -> None:
        self.mailroom.faults.clear()
        self._settings.EMAIL_PORT = self.mailroom.port
