"""JSON-2, as Odoo 19 answers it: statuses, bodies, named arguments."""

from __future__ import annotations

import json

import pytest

from tests.integrations.odoo.sandbox.conftest import RECORDED, http


def send(house, name: str, **changes):
    """A recorded request, sent to the sandbox; (answer, recorded status, recorded body)."""
    folder = RECORDED / "transcripts" / "19"
    if not folder.exists():
        pytest.skip("no recordings beside this checkout")
    head, _, body = (folder / f"{name}.json2.req.txt").read_text(encoding="utf-8").partition("\n\n")
    first, *lines = head.splitlines()
    verb, target, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    headers.pop("User-Agent", None)
    if "Authorization" in headers and "KEY" in headers["Authorization"]:
        headers["Authorization"] = headers["Authorization"].replace("KEY", house.server.api_key)
    if headers.get("X-Odoo-Database") == "odoo19":
        headers["X-Odoo-Database"] = "demo"
    data = body.encode() if verb == "POST" else None
    if data is not None and "Content-Type" not in headers:
        headers["Content-Type"] = ""
    answer = http(house.server.url + target, data=data, headers={**headers, **changes}, verb=verb)
    reply_head, _, reply = (folder / f"{name}.json2.res.txt").read_text(encoding="utf-8").partition("\n\n")
    return answer, int(reply_head.split()[1]), reply


@pytest.mark.parametrize(
    "name",
    [
        "04-GET",
        "04-array-body",
        "04-bad-json",
        "04-empty-body",
        "04-extra-kwarg",
        "04-ids-on-model-method",
        "04-missing-kwarg",
        "04-no-auth",
        "04-password-as-bearer",
    ],
)
def test_refusals_of_the_web_layer_are_those_recorded(house19, name):
    answer, status, body = send(house19, name)
    expected = json.loads(body)
    assert answer.status == status
    assert {key: answer.json[key] for key in ("name", "message", "arguments", "context")} == {
        key: expected[key] for key in ("name", "message", "arguments", "context")
    }


@pytest.mark.parametrize("name", ["04-form-content-type", "04-no-content-type", "04-wrong-db-header"])
def test_some_refusals_are_html_pages(house19, name):
    answer, status, body = send(house19, name)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert body.split("<p>")[1].split("</p>")[0] in answer.text


@pytest.mark.parametrize("name", ["04-read-missing", "04-ids-string", "04-json-version", "04-web_version"])
def test_these_answers_are_those_recorded_to_the_letter(house19, name):
    answer, status, body = send(house19, name)
    assert (answer.status, answer.json) == (status, json.loads(body))


def test_the_word_bearer_may_be_capital(house19):
    answer, status, _ = send(house19, "04-Bearer-capital")
    assert answer.status == status == 200


def test_401_says_which_scheme_is_wanted(house19):
    answer = house19.json2("res.partner", "search", key="wrong", domain=[])
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].strip() == "Bearer"


def test_the_database_header_may_be_left_out(house19):
    answer, _, _ = send(house19, "04-no-db-header")
    assert answer.status == 200


def test_create_answers_a_list_even_for_one_dict(house19):
    one = house19.json2("res.partner", "create", vals_list={"name": "One"}).json
    two = house19.json2("res.partner", "create", vals_list=[{"name": "A"}, {"name": "B"}]).json
    assert len(one) == 1
    assert len(two) == 2


def test_ids_may_be_one_number(house19):
    vendor = house19.vendor()
    answer = house19.json2("res.partner", "read", ids=vendor, fields=["name"])
    assert answer.json == [{"id": vendor, "name": "Acme Fasteners GmbH"}]


def test_none_is_null(house19):
    order = house19.order()
    answer = house19.json2("purchase.order", "action_acknowledge", ids=[order])
    assert (answer.status, answer.json) == (200, None)
    assert house19.service.one("purchase.order", order, "acknowledged")["acknowledged"] is True


def test_unlink_of_a_missing_record_is_404(house19):
    answer = house19.json2("res.partner", "unlink", ids=[99999999])
    assert answer.status == 404
    assert answer.json["name"] == "odoo.exceptions.MissingError"


def test_there_is_no_json_2_before_19(house):
    expected = 200 if house.version >= 19 else 404
    assert house.json2("res.partner", "search", domain=[]).status == expected
