"""Messages, activities, attachments."""

from __future__ import annotations


def body(house, message):
    return house.service.one("mail.message", message[0] if isinstance(message, list) else message, "body")[
        "body"
    ]


def test_message_post_answers_a_number_up_to_18_and_a_list_on_19(house):
    order = house.order(confirmed=False)
    told = house.service(
        "purchase.order", "message_post", [order], body="hello", subtype_xmlid="mail.mt_note"
    )
    assert isinstance(told, list if house.version >= 19 else int)
    message = house.service.one("mail.message", told[0] if isinstance(told, list) else told)
    assert (message["model"], message["res_id"], message["body"]) == ("purchase.order", order, "<p>hello</p>")
    assert message["author_id"][1] == "Quayside"
    assert message["subtype_id"][1] == "Note"


def test_a_body_is_escaped_unless_said_to_be_html(house):
    order = house.order(confirmed=False)
    text = house.service("purchase.order", "message_post", [order], body="<b>bold</b> & more")
    assert body(house, text) == "<p>&lt;b&gt;bold&lt;/b&gt; &amp; more</p>"
    html = house.service(
        "purchase.order", "message_post", [order], body="<p><b>bold</b></p>", body_is_html=True
    )
    assert body(house, html) == "<p><b>bold</b></p>"


def test_an_author_without_address_is_refused_up_to_18(house):
    order, contact = house.order(confirmed=False), house.vendor("No mail", email=False)
    call = ("purchase.order", "message_post", [order])
    if house.version < 19:
        fault = house.service.refused(*call, body="x", author_id=contact)
        assert fault.faultString == "Unable to send message, please configure the sender's email address."
    else:
        assert house.service(*call, body="x", author_id=contact)


def test_attachments_travel_with_a_message(house):
    order = house.order(confirmed=False)
    file = house.service("ir.attachment", "create", {"name": "slip.pdf", "datas": "JVBERi0xLjQgdGlueQ=="})
    house.service("purchase.order", "message_post", [order], body="see file", attachment_ids=[file])
    found = house.service.one("ir.attachment", file)
    assert (found["res_model"], found["res_id"], found["file_size"]) == ("purchase.order", order, 13)
    assert found["datas"] == "JVBERi0xLjQgdGlueQ=="
    newest = house.service.all("mail.message", [["res_id", "=", order]], "attachment_ids", limit=1)
    assert newest[0]["attachment_ids"] == [file]


def test_an_activity_for_the_buyer(house):
    order = house.order(confirmed=False)
    model = house.service("ir.model", "search", [["model", "=", "purchase.order"]])[0]
    kind = house.service("mail.activity.type", "search", [["name", "=", "Exception"]])[0]
    values = {"res_model_id": model, "res_id": order, "activity_type_id": kind, "user_id": house.admin.uid}
    values |= {"summary": "Vendor proposes 2026-12-28", "note": "<p>x</p>"}
    activity = house.service("mail.activity", "create", values)
    found = house.service.one("mail.activity", activity)
    assert (found["res_model"], found["res_id"]) == ("purchase.order", order)
    assert found["summary"] == "Vendor proposes 2026-12-28"
    assert found["user_id"][0] == house.admin.uid
    assert found["state"] == "today"
    assert house.service.one("purchase.order", order, "activity_ids")["activity_ids"] == [activity]
    house.admin("mail.activity", "action_feedback", [activity], feedback="agreed")
    assert house.service.one("purchase.order", order, "activity_ids")["activity_ids"] == []


def test_activity_schedule_is_done_though_17_and_18_cannot_say_so(house):
    order = house.order(confirmed=False)
    named = {
        "act_type_xmlid": "mail.mail_activity_data_warning",
        "summary": "Look",
        "user_id": house.admin.uid,
    }
    if house.version < 19:
        fault = house.service.refused("purchase.order", "activity_schedule", [order], **named)
        assert "cannot marshal <class 'odoo.api.mail.activity'> objects" in fault.faultString
    else:
        assert len(house.service("purchase.order", "activity_schedule", [order], **named)) == 1
    found = house.service.all("mail.activity", [["res_id", "=", order], ["res_model", "=", "purchase.order"]])
    assert [activity["summary"] for activity in found] == ["Look"]
    assert found[0]["activity_type_id"][1] == "Exception"
