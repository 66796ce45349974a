"""Notes and questions on an order in Odoo, each exactly once, whatever is repeated or lost.

Both are created with ``load()`` and an external id, which Odoo keeps unique in the database: a call that was
committed although we never heard so, and one that arrives late, cannot make a second record. (A bare
``message_post`` or ``create`` could, and a normal user may neither read nor create external ids otherwise.)
Before a repeat they are looked up, so that it changes nothing that people did with them meanwhile.
"""

import hashlib
import html
import re
from base64 import b64encode
from datetime import date
from typing import Any

from integrations.errors import NeedsAttention
from integrations.odoo import faults
from integrations.odoo.client import OdooClient
from integrations.odoo.order_row import OrderRow
from integrations.odoo.records import Note, Question
from integrations.odoo.subjects import ATTACHMENT, MESSAGE, ORDER

ACTIVITY = "mail.activity"
# No Odoo module has this name, so no module's update ever cleans up behind us.
_MODULE = "__quayside__"


def post_note(order: OrderRow, note: Note, *, look: bool = True) -> None:
    """See Visit.post_note. An internal note: vendors who use Odoo's own portal do not see it.

    *look* whether it is there already, unless nobody has tried yet.
    """
    # A message's Message-Id is indexed, and no other message has ours.
    client, message_id = order.client, f"<{_slug(note.external_id)}@quayside>"
    if look and _has_note(client, message_id):
        return
    # A message on a record that does not exist would be accepted, and seen by nobody.
    order.read()
    row = {
        "id": f"{_MODULE}.note_{_slug(note.external_id)}",
        "model": ORDER,
        "res_id": order.id,
        "message_type": "comment",
        "subtype_id/id": "mail.mt_note",
        "is_internal": "1",
        "message_id": message_id,
        "body": note.body_html,
    }
    if note.files:
        row["attachment_ids/id"] = ",".join(_load_files(order, note))
    refusal = _load(client, MESSAGE, row)
    # Somebody (our own call that timed out) was faster: Odoo refuses to load over it, and that is right.
    if refusal and not _has_note(client, message_id):
        raise faults.from_load(refusal)


def rewrite_note(client: OdooClient, note: Note) -> None:
    """See Visit.rewrite_note."""
    domain = [("message_id", "=", f"<{_slug(note.external_id)}@quayside>")]
    rows = client.call(MESSAGE, "search_read", domain=domain, fields=["attachment_ids"], limit=1, load="")
    for row in rows:
        client.call(MESSAGE, "write", [row["id"]], vals={"body": note.body_html})
        if row["attachment_ids"] and not note.files:
            # Looked up: somebody may have removed one by hand.
            held = client.call(ATTACHMENT, "search", domain=[("id", "in", row["attachment_ids"])])
            if held:
                client.call(ATTACHMENT, "unlink", held)


def _load_files(order: OrderRow, note: Note) -> list[str]:
    """Put the files of a note on the order, each once; return their external ids."""
    names = []
    for number, file in enumerate(note.files):
        name = f"{_MODULE}.file_{_slug(f'{note.external_id} {number}')}"
        row = {
            "id": name,
            "name": file.name,
            "res_model": ORDER,
            "res_id": order.id,
            "mimetype": file.mime,
            "datas": b64encode(file.data).decode(),
        }
        if refusal := _load(order.client, ATTACHMENT, row):
            raise faults.from_load(refusal)
        names.append(name)
    return names


def ask_buyer(order: OrderRow, question: Question, *, on: date, look: bool = True) -> None:
    """See Visit.ask_buyer; due *on* that day. *look*: as for notes."""
    client, reference = order.client, _reference(question.external_id)
    if look and _was_asked(client, order.id, reference):
        return
    order.read()
    row = {
        "id": f"{_MODULE}.question_{_slug(question.external_id)}",
        "res_model_id/id": "purchase.model_purchase_order",
        "res_id": order.id,
        "activity_type_id/id": "mail.mail_activity_data_warning",
        "summary": question.summary,
        "note": f"{question.body_html}<p><small>{html.escape(reference)}</small></p>",
        "user_id/.id": str(question.user_id or client.user_id()),
        "date_deadline": on.isoformat(),
    }
    refusal = _load(client, ACTIVITY, row)
    if refusal and not _was_asked(client, order.id, reference):
        raise faults.from_load(refusal)


def close_question(order: OrderRow, external_id: str, *, words: str) -> None:
    """See Visit.close_question. One that a person has answered or deleted is closed already."""
    client, reference = order.client, _reference(external_id)
    if not (found := _open_questions(client, order.id, reference)):
        return
    try:
        client.call(ACTIVITY, "action_feedback", found, feedback=words)
    except NeedsAttention:
        # Somebody was faster: up to 18 an activity is gone once it is done.
        if _open_questions(client, order.id, reference):
            raise


def _open_questions(client: OdooClient, order_id: int, reference: str) -> list[int]:
    """Find what is still to be done. 19 would note a second time that something is done."""
    domain = [("res_model", "=", ORDER), ("res_id", "=", order_id), ("note", "ilike", reference)]
    return list(client.call(ACTIVITY, "search", domain=domain))


def _load(client: OdooClient, model: str, row: dict[str, Any]) -> list[dict[str, object]]:
    """Create one record with its external id; return the messages of a refusal (the answer says 200)."""
    answer = client.call(model, "load", fields=list(row), data=[list(row.values())])
    return [] if answer["ids"] else (answer["messages"] or [{}])


def _has_note(client: OdooClient, message_id: str) -> bool:
    return bool(client.call(MESSAGE, "search", domain=[("message_id", "=", message_id)], limit=1))


def _was_asked(client: OdooClient, order_id: int, reference: str) -> bool:
    """Whether the question stands on the order, or was answered: then its text is in the chatter.

    Up to 18 an activity that is done is deleted, and its external id with it; 19 archives it.
    """
    domain = [("res_model", "=", ORDER), ("res_id", "=", order_id), ("note", "ilike", reference)]
    if client.call(ACTIVITY, "search", domain=domain, limit=1, context={"active_test": False}):
        return True
    told = [("model", "=", ORDER), ("res_id", "=", order_id), ("body", "ilike", reference)]
    return bool(
        client.call(MESSAGE, "search", domain=[*told, ("mail_activity_type_id", "!=", False)], limit=1)
    )


def _slug(external_id: str) -> str:
    """Return the external id in Odoo's alphabet; the digest keeps what the alphabet makes alike apart."""
    digest = hashlib.sha256(external_id.encode()).hexdigest()[:16]
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', external_id)[:60].strip('-').lower()}-{digest}"


def _reference(external_id: str) -> str:
    """Return the text by which a question is found again; no character of it is a wildcard."""
    return f"Quayside ref. {hashlib.sha256(external_id.encode()).hexdigest()[:16]}"
