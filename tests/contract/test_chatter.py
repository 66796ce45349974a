"""Notes and questions: there once, whatever is repeated, lost or done meanwhile."""

import threading
import uuid
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest

from integrations.errors import DeliveryError, NeedsAttention, TryLater
from integrations.odoo.records import Note, NoteFile, Question


def _note(text: str = "Acme agreed to 10 × FST-1 on 3 February 2027.") -> Note:
    return Note(external_id=f"note {uuid.uuid4()}", body_html=f"<p>{text}</p>")


def _question(user_id: int | None = None) -> Question:
    return Question(
        external_id=f"question {uuid.uuid4()}",
        summary="Acme offers two deliveries",
        body_html="<p>6 on 3 February, 4 on 10 March.</p>",
        user_id=user_id,
    )


def _notes(odoo: Any, order: int) -> list[dict[str, Any]]:
    domain = [("model", "=", "purchase.order"), ("res_id", "=", order), ("body", "ilike", "Acme agreed")]
    fields = ["body", "is_internal", "subtype_id", "author_id", "message_type"]
    return odoo.buyer.call("mail.message", "search_read", domain=domain, fields=fields)


def _activities(odoo: Any, order: int) -> list[dict[str, Any]]:
    domain = [("res_model", "=", "purchase.order"), ("res_id", "=", order), ("summary", "ilike", "Acme")]
    fields = ["summary", "note", "user_id"]
    return odoo.buyer.call("mail.activity", "search_read", domain=domain, fields=fields, load="")


def test_a_note_stands_in_the_chatter_once(odoo):
    order, note = odoo.order(), _note()
    for _ in range(3):
        odoo.gateway.visit(order).post_note(note)
    (message,) = _notes(odoo, order)
    assert "10 × FST-1" in message["body"]
    assert message["subtype_id"][1] == "Note"
    assert message["is_internal"]
    assert message["message_type"] == "comment"
    assert message["author_id"]


def test_a_first_attempt_does_not_look_for_what_it_creates(odoo):
    order, note = odoo.order(), _note()
    gateway, client = odoo.recording()
    gateway.visit(order, first=True).post_note(note)
    assert client.calls.count(("mail.message", "search")) == 0
    assert len(_notes(odoo, order)) == 1


def test_even_two_first_attempts_leave_one_note(odoo):
    """A copy of the portal's database from before the first one knows nothing of it."""
    order, note = odoo.order(), _note()
    for _ in range(2):
        odoo.gateway.visit(order, first=True).post_note(note)
    assert len(_notes(odoo, order)) == 1


def test_two_notes_are_two(odoo):
    order = odoo.order()
    odoo.gateway.visit(order).post_note(_note())
    odoo.gateway.visit(order).post_note(_note())
    assert len(_notes(odoo, order)) == 2


def test_a_note_whose_reply_was_lost_stands_once(odoo):
    order, note = odoo.order(), _note()
    gateway, client = odoo.recording()
    client.lose_reply_of = ("mail.message", "load")
    with pytest.raises(TryLater):
        gateway.visit(order).post_note(note)
    gateway.visit(order).post_note(note)
    assert len(_notes(odoo, order)) == 1


def test_a_note_that_arrives_while_it_is_looked_up_stands_once(odoo):
    """The first call was committed after its time-out: between the look-up and the load of the second."""
    order, note = odoo.order(), _note()
    gateway, client = odoo.recording()

    def somebody_is_faster(model: str, method: str) -> None:
        if method == "load":
            client.before = None
            odoo.gateway.visit(order).post_note(note)

    client.before = somebody_is_faster
    gateway.visit(order).post_note(note)
    assert len(_notes(odoo, order)) == 1


def test_notes_posted_at_the_same_time_stand_once(odoo):
    order, note = odoo.order(), _note()
    failures: list[DeliveryError] = []

    def post() -> None:
        gateway, client = odoo.recording()
        try:
            gateway.visit(order).post_note(note)
        except DeliveryError as error:
            failures.append(error)
        client.close()

    threads = [threading.Thread(target=post) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    odoo.gateway.visit(order).post_note(note)
    assert len(_notes(odoo, order)) == 1
    assert all(isinstance(failure, TryLater) for failure in failures)


def test_a_note_on_an_order_that_is_gone_needs_a_person(odoo):
    with pytest.raises(NeedsAttention, match="gone"):
        odoo.gateway.visit(2_000_000_000).post_note(_note())


PDF = NoteFile("certificate.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n")


def _files(odoo: Any, order: int) -> list[dict[str, Any]]:
    domain = [("res_model", "=", "purchase.order"), ("res_id", "=", order), ("name", "=", PDF.name)]
    return odoo.buyer.call("ir.attachment", "search_read", domain=domain, fields=["datas", "mimetype"])


def test_a_note_brings_its_files_once(odoo):
    order, note = odoo.order(), replace(_note(), files=(PDF, replace(PDF, data=b"%PDF-1.4 other")))
    for _ in range(2):
        odoo.gateway.visit(order).post_note(note)
    files = _files(odoo, order)
    assert {b64decode(file["datas"]) for file in files} == {b"%PDF-1.4 other", PDF.data}
    assert {file["mimetype"] for file in files} == {"application/pdf"}
    (message,) = _notes(odoo, order)
    attached = odoo.row("mail.message", message["id"], "attachment_ids")["attachment_ids"]
    assert sorted(attached) == sorted(file["id"] for file in files)


def test_a_note_whose_files_reply_was_lost_brings_them_once(odoo):
    order, note = odoo.order(), replace(_note(), files=(PDF,))
    gateway, client = odoo.recording()
    client.lose_reply_of = ("ir.attachment", "load")
    with pytest.raises(TryLater):
        gateway.visit(order).post_note(note)
    gateway.visit(order).post_note(note)
    assert len(_files(odoo, order)) == 1
    assert len(_notes(odoo, order)) == 1


def test_a_note_is_rewritten_and_keeps_its_files(odoo):
    order, note = odoo.order(), replace(_note(), files=(PDF,))
    visit = odoo.gateway.visit(order)
    visit.post_note(note)
    visit.rewrite_note(replace(note, body_html="<p>Acme agreed to 12 pieces.</p>"))
    (message,) = _notes(odoo, order)
    assert "12 pieces" in message["body"]
    assert "FST-1" not in message["body"]
    assert len(_files(odoo, order)) == 1


def test_a_note_that_is_taken_back_loses_its_files(odoo):
    order, note = odoo.order(), replace(_note(), files=(PDF,))
    visit = odoo.gateway.visit(order)
    visit.post_note(note)
    for _ in range(2):
        visit.rewrite_note(Note(note.external_id, "<p>Acme agreed to nothing: removed.</p>"))
    assert "FST-1" not in _notes(odoo, order)[0]["body"]
    assert _files(odoo, order) == []


def test_a_note_that_is_not_there_is_not_rewritten(odoo):
    order = odoo.order()
    odoo.gateway.visit(order).rewrite_note(_note())
    assert _notes(odoo, order) == []


def test_the_buyer_is_asked_once(odoo):
    order, question = odoo.order(), _question(odoo.buyer_id)
    for _ in range(3):
        odoo.gateway.visit(order).ask_buyer(question)
    (activity,) = _activities(odoo, order)
    assert activity["user_id"] == odoo.buyer_id
    assert "4 on 10 March" in activity["note"]


def test_a_question_without_a_buyer_is_our_own_users(odoo):
    order = odoo.order()
    odoo.gateway.visit(order).ask_buyer(_question())
    assert _activities(odoo, order)[0]["user_id"] == odoo.client.user_id()


def test_a_question_whose_reply_was_lost_is_asked_once(odoo):
    order, question = odoo.order(), _question(odoo.buyer_id)
    gateway, client = odoo.recording()
    client.lose_reply_of = ("mail.activity", "load")
    with pytest.raises(TryLater):
        gateway.visit(order).ask_buyer(question)
    gateway.visit(order).ask_buyer(question)
    assert len(_activities(odoo, order)) == 1


def test_a_question_that_was_answered_is_not_asked_again(odoo):
    order, question = odoo.order(), _question(odoo.buyer_id)
    odoo.gateway.visit(order).ask_buyer(question)
    (activity,) = _activities(odoo, order)
    odoo.do("mail.activity", "action_feedback", activity["id"], feedback="Two deliveries are fine.")
    odoo.gateway.visit(order).ask_buyer(question)
    assert _activities(odoo, order) == []


def test_what_the_buyer_changed_on_a_question_stays(odoo):
    order, question = odoo.order(), _question(odoo.buyer_id)
    odoo.gateway.visit(order).ask_buyer(question)
    (activity,) = _activities(odoo, order)
    odoo.do("mail.activity", "write", activity["id"], vals={"date_deadline": "2027-03-01"})
    odoo.gateway.visit(order).ask_buyer(question)
    assert odoo.row("mail.activity", activity["id"], "date_deadline")["date_deadline"] == "2027-03-01"


def test_load_says_200_and_reports_errors_as_messages(odoo):
    answer = odoo.client.call("res.partner", "load", fields=["id", "type"], data=[["__quayside__.x", "zzz"]])
    assert answer["ids"] is False
    assert answer["messages"]
