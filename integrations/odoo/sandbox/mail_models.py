"""Chatter and activities: message_post, activity_schedule, the notes Odoo writes by itself."""

# Parameters are positional booleans because Odoo's RPC methods have them so.
# ruff: noqa: FBT001, FBT002

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from integrations.odoo.sandbox import access
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import AccessError, UserError, value_error
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.rpc_model import RecordSet, RpcModel, on_model, on_records
from integrations.odoo.sandbox.schema import model_xmlid
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import escaped

NOTE = "mail.mt_note"
DONE = "mail.mt_activities"


def post(
    env: Env,
    model: str,
    record_id: int,
    body: str,
    *,
    author: int | None = None,
    subtype: str = NOTE,
    message_type: str = "notification",
    subject: str | bool = False,
    attachments: list[int] | None = None,
) -> Record:
    """A message on a record; `body` is HTML. Does not move the record's write_date."""
    partner = env.record("res.partner", author or env.user["partner_id"])
    email = partner.get("email")
    subtype_id = env.xmlid(subtype)
    if subtype_id is None:
        raise value_error(f"External ID not found in the system: {subtype}")
    values: Values = {
        "model": model,
        "res_id": record_id,
        "body": body,
        "subject": subject,
        "date": env.now[:19],
        "message_type": message_type,
        "subtype_id": subtype_id,
        "author_id": partner["id"],
        "email_from": f'"{partner["name"]}" <{email}>' if email else False,
        "attachment_ids": [(6, 0, attachments or [])],
        "is_internal": subtype == NOTE,
    }
    if env.version < 19:
        values["record_name"] = env.display_name(model, record_id)
    return env.create("mail.message", values)


def track(env: Env, model: str, record_id: int, label: str, old: Any, new: Any) -> None:
    """The note Odoo leaves when a tracked field changes: an empty message with the two values."""
    message = post(env, model, record_id, "")
    env.create(
        "mail.tracking.value",
        {
            "mail_message_id": message["id"],
            "field_label": label,
            "old_value_char": str(old),
            "new_value_char": str(new),
        },
    )


class Thread(RpcModel):
    """A model with a chatter: purchase orders, transfers, contacts, products."""

    @on_records
    def message_post(
        self,
        env: Env,
        ids: list[int],
        body: str = "",
        subject: str | bool = False,
        message_type: str = "notification",
        subtype_xmlid: str | None = None,
        attachment_ids: list[int] | None = None,
        author_id: int | None = None,
        body_is_html: bool = False,
        email_from: str | None = None,
        partner_ids: list[int] | None = None,
        parent_id: int | bool = False,
    ) -> Any:
        """Post on one record: the id on 17 and 18, a list with the id on 19.

        Plain text is escaped unless `body_is_html`. 17 and 18 refuse an author without e-mail address.
        """
        self.visible(env, ids, access.READ)
        if len(ids) != 1:
            raise value_error(f"Expected singleton: {self.name}({', '.join(map(str, ids))})")
        author = env.record("res.partner", author_id or env.user["partner_id"])
        if env.version < 19 and not author.get("email"):
            raise UserError("Unable to send message, please configure the sender's email address.")
        for attachment in env.records("ir.attachment", attachment_ids or []):
            if not attachment.get("res_id"):
                env.write("ir.attachment", [attachment["id"]], {"res_model": self.name, "res_id": ids[0]})
        message = post(
            env,
            self.name,
            ids[0],
            body if body_is_html else escaped(body),
            author=author["id"],
            subtype=subtype_xmlid or NOTE,
            message_type=message_type,
            subject=subject,
            attachments=attachment_ids,
        )
        return [message["id"]] if env.version >= 19 else message["id"]

    @on_records
    def message_subscribe(
        self,
        env: Env,
        ids: list[int],
        partner_ids: list[int] | None = None,
        subtype_ids: list[int] | None = None,
    ) -> bool:
        """Followers are not kept; the call is accepted."""
        self.visible(env, ids, access.READ)
        return True

    @on_records
    def activity_schedule(
        self,
        env: Env,
        ids: list[int],
        act_type_xmlid: str = "",
        date_deadline: str | None = None,
        summary: str = "",
        note: str = "",
        **act_values: Any,
    ) -> RecordSet:
        """Schedule an activity on each record. 17 and 18 answer records, which XML-RPC cannot carry."""
        self.visible(env, ids, access.WRITE)
        made = []
        for record_id in ids:
            values = {"res_model_id": model_id(env, self.name), "res_id": record_id, **act_values}
            values |= {"summary": summary, "note": note}
            if act_type_xmlid:
                values["activity_type_id"] = env.xmlid(act_type_xmlid)
            if date_deadline:
                values["date_deadline"] = date_deadline
            made.append(env.create("mail.activity", values)["id"])
        return RecordSet("mail.activity", made)

    def after_delete(self, env: Env, record: Record) -> None:
        """Messages and activities go with the record."""
        for model, marker in (("mail.message", "model"), ("mail.activity", "res_model")):
            for entry in env.linked(model, "res_id", record["id"]):
                if entry[marker] == self.name:
                    env.store.delete(model, entry["id"])


def model_id(env: Env, model: str) -> int | None:
    """Id of the ir.model record."""
    return env.xmlid(model_xmlid(model))


class Message(RpcModel):
    """mail.message."""

    def defaults(self, env: Env, values: Values) -> Values:
        """Sent now, as a comment, by the calling user."""
        author = env.user["partner_id"]
        return {
            "date": env.now[:19],
            "message_type": "comment",
            "author_id": author,
            "is_internal": False,
            "message_id": f"<{uuid.uuid4().hex}-openerp-message@sandbox>",
        }

    def change(self, env: Env, ids: Iterable[int], given: Values) -> None:
        """A message stays where it is, except for administrators."""
        if {"model", "res_id"} & given.keys() and not env.has_group(access.SETTINGS):
            raise AccessError("Only administrators can modify 'model' and 'res_id' fields.")
        super().change(env, ids, given)

    def display_name(self, env: Env, record: Record) -> str:
        """Name of the document it is on."""
        model, target = record.get("model"), record.get("res_id")
        return env.display_name(model, target) if model and target else f"mail.message,{record['id']}"

    def computed(self, env: Env, name: str) -> Reader | None:
        """From 19 on the document's name is looked up on reading."""
        if name == "record_name" and env.version >= 19:
            return lambda record: self.display_name(env, record)
        return None


class Activity(RpcModel):
    """mail.activity: something a person should do about a record."""

    def defaults(self, env: Env, values: Values) -> Values:
        """For the calling user, due after the type's delay."""
        kind = int(values.get("activity_type_id") or env.xmlid("mail.mail_activity_data_todo") or 0)
        delay = env.record("mail.activity.type", kind).get("delay_count") or 0
        due = date.fromisoformat(env.now[:10]) + timedelta(days=delay)
        defaults: Values = {
            "activity_type_id": kind,
            "user_id": env.uid,
            "date_deadline": due.isoformat(),
            "active": True,
            "automated": False,
        }
        if values.get("res_model_id"):
            model = env.record("ir.model", values["res_model_id"])["model"]
            defaults["res_model"] = model
            if values.get("res_id"):
                defaults["res_name"] = env.display_name(model, values["res_id"])
        return defaults

    def make(self, env: Env, given: Values) -> int:
        """The model may be named instead of numbered; nobody responsible means the default."""
        values = {name: value for name, value in given.items() if not (name == "user_id" and not value)}
        if values.get("res_model") and not values.get("res_model_id"):
            values["res_model_id"] = model_id(env, values["res_model"])
        return super().make(env, values)

    def display_name(self, env: Env, record: Record) -> str:
        """Summary, or the type."""
        return str(
            record.get("summary") or env.display_name("mail.activity.type", record["activity_type_id"])
        )

    def computed(self, env: Env, name: str) -> Reader | None:
        """Overdue, today or planned."""
        if name != "state":
            return None
        today = env.now[:10]

        def state(record: Record) -> str:
            if record["date_deadline"] == today:
                return "today"
            return "overdue" if record["date_deadline"] < today else "planned"

        return state

    @on_records
    def action_feedback(
        self, env: Env, ids: list[int], feedback: str | bool = False, attachment_ids: list[int] | None = None
    ) -> Any:
        """Done: its text becomes a note on the document; the activity goes (19: is archived)."""
        last: Any = False
        for record in self.visible(env, ids, access.WRITE):
            kind = env.display_name("mail.activity.type", record["activity_type_id"])
            body = f"<p>{escaped(kind)} done: {escaped(str(record.get('summary') or ''))}</p>"
            if record.get("note"):
                body += f"<div>Original note:</div><div>{record['note']}</div>"
            if feedback:
                body += f"<p>{escaped(str(feedback))}</p>"
            message = post(env, record["res_model"], record["res_id"], body, subtype=DONE)
            env.put("mail.message", message["id"], {"mail_activity_type_id": record["activity_type_id"]})
            last = message["id"]
        if env.version >= 19:
            self.change(env, ids, {"active": False})
        else:
            self.remove(env, ids)
        return last

    @on_records
    def action_done(self, env: Env, ids: list[int]) -> Any:
        """Done without a word. 19 leaves alone what is done already; with a word it is noted again."""
        archived = [row["id"] for row in self.visible(env, ids, access.WRITE) if not row.get("active", True)]
        left = [pk for pk in ids if pk not in archived]
        return self.action_feedback(env, left) if left else False


class Attachment(RpcModel):
    """ir.attachment: files, base64 in `datas`."""

    def defaults(self, env: Env, values: Values) -> Values:
        """A binary file of the company."""
        return {
            "type": "binary",
            "mimetype": "application/octet-stream",
            "public": False,
            "company_id": env.company_id,
        }

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """Size and owner of the file."""
        record = env.record(self.name, record_id)
        data = record.get("datas") or ""
        size = len(data) * 3 // 4 - data.count("=") if data else 0
        model, target = record.get("res_model"), record.get("res_id")
        name = env.display_name(model, target) if model in env.models and target else False
        env.put(self.name, record_id, {"file_size": size, "res_name": name})


class ModelRecord(RpcModel):
    """ir.model: the models themselves."""

    @on_model
    def get_available_models(self, env: Env) -> list[Values]:
        """Names of all models the user may read."""
        rows = env.store.table(self.name).values()
        return [{"model": row["model"], "display_name": row["name"]} for row in rows]


MAIL_MODELS: dict[str, type[RpcModel]] = {
    "mail.message": Message,
    "mail.activity": Activity,
    "ir.attachment": Attachment,
    "ir.model": ModelRecord,
}
