"""What people have been writing to each other before the visitor comes, through the real action, once."""

from datetime import datetime, timedelta
from uuid import uuid4

from orders.conversations.matters import matter_of_line, matter_of_order
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import User
from suppliers.threads.actions import mark_read, post_message, set_waiting
from suppliers.threads.files import Upload
from suppliers.threads.models import Message


def talk(seller: User, buyer: User, colleague: User, *, now: datetime) -> int:
    """Write about the seller's orders; return how many messages there are then, none the second time.

    One thread waits for each side, one needs no answer any more, and the buyers talk among themselves.
    """
    if Message.objects.filter(by=seller).exists():
        return 0
    orders = list(
        PurchaseOrder.objects.visible_to(seller)
        .filter(company__in=buyer.company_ids, rounds__gt=0)
        .select_related("company", "supplier")
        .order_by("needed_on", "pk")[:3]
    )
    if len(orders) < 3:
        return 0
    first, second, third = orders
    _waits_for_the_buyer(first, seller, now)
    _among_buyers(first, buyer, colleague, now)
    _waits_for_the_supplier(second, seller, buyer, now)
    _settled(third, seller, buyer, now)
    return Message.objects.count()


def _waits_for_the_buyer(order: PurchaseOrder, seller: User, now: datetime) -> None:
    _say(
        order,
        seller,
        "Good morning,\n\nthe mill has sent us the certificate for this batch, it is attached. We could send"
        " the first two pallets a week earlier if you take a partial delivery. Would that help you?",
        now - timedelta(hours=5),
        files=[Upload("mill-certificate-3.1.pdf", _pdf("Inspection certificate 3.1, batch 26-4471"))],
    )


def _among_buyers(order: PurchaseOrder, buyer: User, colleague: User, now: datetime) -> None:
    _say(
        order,
        colleague,
        f"@{buyer.name} our stock lasts until the 12th. Take the partial delivery, but not the freight:"
        " last time they charged us 180 EUR for it.",
        now - timedelta(hours=4),
        internal=True,
    )


def _waits_for_the_supplier(order: PurchaseOrder, seller: User, buyer: User, now: datetime) -> None:
    _say(order, seller, "Shall we pack by order line or by pallet?", now - timedelta(days=1, hours=2))
    last = _say(
        order,
        buyer,
        "By pallet please, 800 kg at most: our ramp takes no more. How many pallets will it be?",
        now - timedelta(hours=22),
    )
    mark_read([last.thread], by=buyer, up_to=last.pk)


def _settled(order: PurchaseOrder, seller: User, buyer: User, now: datetime) -> None:
    line = order.lines.select_related("order").order_by("sequence", "pk").first()
    assert line is not None  # noqa: S101 - every order of the demo has lines
    matter, then = matter_of_line(line), now - timedelta(days=2)
    question = "Is revision C of the drawing still the right one for this part?"
    post_message(matter, by=seller, text=question, submission=uuid4(), at=then)
    answer = post_message(
        matter, by=buyer, text="Yes, revision C.", submission=uuid4(), at=then + timedelta(hours=1)
    )
    set_waiting(answer.thread, waiting_for=None, by=buyer, at=then + timedelta(hours=1))
    for person in (seller, buyer):
        mark_read([answer.thread], by=person, up_to=answer.pk)


def _say(
    order: PurchaseOrder,
    by: User,
    text: str,
    at: datetime,
    *,
    internal: bool = False,
    files: tuple[Upload, ...] | list[Upload] = (),
) -> Message:
    return post_message(
        matter_of_order(order), by=by, text=text, submission=uuid4(), at=at, internal=internal, files=files
    )


def _pdf(words: str) -> bytes:
    """Return a page with a line of text on it: the smallest file a PDF reader opens."""
    drawn = f"BT /F1 16 Tf 72 760 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
    return bytes(made)
