"""What a buyer writes to the vendor in Odoo's chatter is here, once, as the buyer's message."""

from base64 import b64encode

import pytest

from integrations.odoo import feed
from suppliers.threads.lifecycle import Audience, FileState, Side, Way
from suppliers.threads.models import Attachment, ChatterSharing, Message, Thread
from tests import factories


@pytest.fixture
def pull(cast):
    """Let the feed read all there is to read, as the scheduler does."""

    def poll() -> None:
        feed.poll_all(cast.northwind.connection, now=factories.NOW)

    poll()  # the first look begins now: what was written before does not matter
    return poll


@pytest.fixture
def comment(odoo, order):
    """Let a buyer write in the order's chatter."""

    def post(body="<p>When will it come?</p>", *, subtype="mail.mt_comment", **more):
        arguments = {"body": body, "message_type": "comment", "subtype_xmlid": subtype, "body_is_html": True}
        odoo.client.call("purchase.order", "message_post", [order.odoo_id], **(arguments | more))

    return post


def test_a_comment_is_a_message_of_the_buyer_once(cast, order, odoo, pull, comment):
    comment("<p>When will it <b>come</b>?<br>We wait.</p><script>alert(1)</script><p>Bea</p>")
    for _ in range(3):
        pull()
    (message,) = Message.objects.visible_to(cast.alice)
    assert message.text == "When will it come?\nWe wait.\nBea"
    assert (message.side, message.way, message.by) == (Side.BUYER, Way.ODOO, None)
    assert message.by_name
    thread = Thread.objects.get()
    assert (thread.audience, thread.waiting_for) == (Audience.SHARED, Side.SUPPLIER)
    assert (thread.subject_type, thread.subject_id) == ("purchaseorder", order.pk)


def test_what_came_from_odoo_does_not_go_back(cast, order, odoo, pull, comment, deliver):
    comment()
    pull()
    assert deliver() == []


def test_what_went_to_odoo_does_not_come_back(cast, order, odoo, pull, write, deliver):
    ChatterSharing.objects.create(company=cast.northwind, internal_notes=True)
    write(cast.alice, "Hello")
    write(cast.bea, "Hm", internal=True)
    deliver()
    pull()
    assert Message.objects.count() == 2


def test_notes_among_buyers_stay_in_odoo(order, odoo, pull, comment):
    comment("<p>They overcharge us</p>", subtype="mail.mt_note")
    pull()
    assert not Message.objects.exists()


def test_files_come_along_and_pass_the_same_checks(cast, order, odoo, pull, comment):
    files = {"drawing.pdf": b"%PDF-1.4\n%%EOF\n", "setup.exe": b"MZ\x90\x00", "empty.txt": b""}
    ids = [
        odoo.create("ir.attachment", name=name, datas=b64encode(data).decode())
        for name, data in files.items()
    ]
    comment(attachment_ids=ids)
    pull()
    found = {file.name: file.state for file in Attachment.objects.visible_to(cast.alice)}
    assert found == {
        "drawing.pdf": FileState.READY,
        "setup.exe": FileState.REFUSED,
        "empty.txt": FileState.REFUSED,
    }


def test_a_file_too_large_to_bring_over_is_named(cast, order, odoo, pull, comment, monkeypatch):
    monkeypatch.setattr("integrations.odoo.comments.LARGEST_FILE", 5)
    data = b64encode(b"%PDF-1.4\n").decode()
    comment(attachment_ids=[odoo.create("ir.attachment", name="a.pdf", datas=data)])
    pull()
    file = Attachment.objects.get()
    assert (file.name, file.state) == ("a.pdf", FileState.REFUSED)
    assert "customer's system" in file.reason


def test_an_empty_comment_is_no_message(order, odoo, pull, comment):
    comment("<p><br></p>")
    pull()
    assert not Message.objects.exists()


def test_comments_on_orders_that_are_not_here_are_left_out(cast, odoo, order, pull):
    other = odoo.create("purchase.order", partner_id=odoo.vendor())
    arguments = {"body": "x", "message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
    odoo.client.call("purchase.order", "message_post", [other], **arguments)
    pull()
    assert not Message.objects.exists()
