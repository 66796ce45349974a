"""What was written here is in Odoo's chatter, once and with its files; internal notes only where allowed."""

from base64 import b64decode
from datetime import timedelta

import pytest

from integrations.outbox.models import OutboxMessage, Status
from orders.conversations.matters import matter_of_line
from suppliers.threads.actions import edit_message, redact_message
from suppliers.threads.files import Upload
from suppliers.threads.lifecycle import FileState
from suppliers.threads.models import Attachment, ChatterSharing
from tests.factories import NOW

PDF = b"%PDF-1.7\n%%EOF\n"


def files_in(odoo, order):
    domain = [("res_model", "=", "purchase.order"), ("res_id", "=", order.odoo_id)]
    return [
        (row["name"], b64decode(row["datas"])) for row in odoo.read("ir.attachment", domain, "name", "datas")
    ]


def test_a_shared_message_is_a_note_on_the_order_with_its_files(cast, odoo, order, write, deliver):
    write(cast.alice, "We ship <b>4</b> boxes\non Monday", files=[Upload("list.pdf", PDF)])
    assert deliver() == [Status.DELIVERED]
    (note,) = odoo.notes(order.odoo_id)
    assert "Alice Sales" in note
    assert "Acme Fasteners GmbH" in note
    assert "We ship &lt;b&gt;4&lt;/b&gt; boxes<br>on Monday" in note
    assert f"/messages/about/purchaseorder/{order.pk}/" in note
    assert files_in(odoo, order) == [("list.pdf", PDF)]


def test_delivered_twice_it_is_there_once(cast, odoo, order, write, deliver):
    write(cast.bea, "Please confirm", files=[Upload("list.pdf", PDF)])
    deliver()
    OutboxMessage.objects.update(status=Status.PENDING, delivered_at=None)
    assert deliver() == [Status.DELIVERED]
    assert len(odoo.notes(order.odoo_id)) == 1
    assert len(files_in(odoo, order)) == 1


def test_a_message_about_a_line_names_it(cast, odoo, order, write, deliver):
    line = order.lines.select_related("order").first()
    write(cast.alice, "This one?", about=matter_of_line(line))
    deliver()
    assert line.product_code in odoo.notes(order.odoo_id)[0]


@pytest.mark.parametrize("allowed", [False, True])
def test_a_buyer_s_note_goes_to_odoo_only_where_the_company_says_so(
    cast, odoo, order, write, deliver, allowed
):
    if allowed:
        ChatterSharing.objects.create(company=cast.northwind, internal_notes=True)
    write(cast.bea, "Do not tell them", internal=True)
    deliver()
    assert [("Do not tell them" in note) for note in odoo.notes(order.odoo_id)] == ([True] if allowed else [])


def test_a_supplier_s_note_never_goes_to_the_buyer_s_odoo(cast, odoo, order, write, deliver):
    ChatterSharing.objects.create(company=cast.northwind, internal_notes=True)
    write(cast.alice, "They pay late", internal=True, files=[Upload("list.pdf", PDF)])
    assert deliver() == []
    assert odoo.notes(order.odoo_id) == []
    assert files_in(odoo, order) == []


def test_an_edit_is_seen_in_odoo_and_keeps_the_files(cast, odoo, order, write, deliver):
    message = write(cast.alice, "10 boxes", files=[Upload("list.pdf", PDF)])
    deliver()
    edit_message(message, text="12 boxes", by=cast.alice, at=NOW + timedelta(minutes=2))
    assert deliver() == [Status.DELIVERED, Status.DELIVERED]
    (note,) = odoo.notes(order.odoo_id)
    assert "12 boxes" in note
    assert "edited" in note
    assert "10 boxes" not in note
    assert len(files_in(odoo, order)) == 1


def test_a_removed_message_is_removed_in_odoo_too(cast, odoo, order, write, deliver):
    message = write(cast.alice, "Account 123", files=[Upload("list.pdf", PDF)])
    deliver()
    redact_message(message, reason="Personal data", by=cast.olivia, at=NOW)
    deliver()
    (note,) = odoo.notes(order.odoo_id)
    assert "Account" not in note
    assert "Personal data" in note
    assert files_in(odoo, order) == []


def test_removed_before_odoo_was_told_it_never_comes_there(cast, odoo, order, write, deliver):
    redact_message(write(cast.alice, "Account 123"), reason="x", by=cast.olivia, at=NOW)
    assert deliver() == [Status.OBSOLETE, Status.DELIVERED]
    assert odoo.notes(order.odoo_id) == []


def test_a_file_that_is_being_checked_is_waited_for(cast, odoo, order, write, deliver, settings):
    settings.ATTACHMENT_SCAN_COMMAND = "true"
    write(cast.alice, "Here", files=[Upload("list.pdf", PDF), Upload("other.pdf", PDF)])
    assert deliver() == [Status.PENDING]
    first, second = Attachment.objects.order_by("pk")
    Attachment.objects.filter(pk=first.pk).update(state=FileState.READY)
    Attachment.objects.filter(pk=second.pk).update(state=FileState.REFUSED, reason="The scanner refused it.")
    OutboxMessage.objects.update(due_at=None)
    assert deliver() == [Status.DELIVERED]
    assert [name for name, _ in files_in(odoo, order)] == ["list.pdf"]
    assert "other.pdf: The scanner refused it." in odoo.notes(order.odoo_id)[0]


def test_messages_never_hold_up_what_was_agreed(cast, odoo, order, write, deliver):
    odoo.client.call("purchase.order", "button_cancel", [order.odoo_id])
    odoo.client.call("purchase.order", "unlink", [order.odoo_id])
    write(cast.alice)
    assert deliver() == [Status.PARKED]
    assert not OutboxMessage.objects.filter(document=order.document).exists()
