"""A stopped message is changed value by value: kinds stay, secrets and ids are out of reach."""

from typing import Any

import pytest

from integrations.outbox.editing import Change, Unfit, editable, edited

PAYLOAD: dict[str, Any] = {
    "order": 17,
    "revision": 2,
    "lines": [
        {"line": 3, "quantity": "10.0000", "on": "2026-12-15"},
        {"line": 4, "quantity": "2", "on": None},
    ],
    "note": {"external_id": "quayside_note_1", "body": "Agreed."},
    "api_key": "hunter2",
    "acknowledge": True,
    "ratio": 1.5,
}  # fmt: skip


def test_everything_but_secrets_and_ids_may_be_changed():
    assert [leaf.path for leaf in editable(PAYLOAD)] == [
        "revision", "lines[0].line", "lines[0].quantity", "lines[0].on", "lines[1].line", "lines[1].quantity",
        "note.body", "acknowledge", "ratio",
    ]  # fmt: skip


def test_a_change_leaves_all_else_as_it_was():
    payload, changes = edited(PAYLOAD, {"lines[0].on": "2026-12-20", "note.body": "Agreed."})
    assert changes == [Change("lines[0].on", "2026-12-15", "2026-12-20")]
    assert payload["lines"][0] == {"line": 3, "quantity": "10.0000", "on": "2026-12-20"}
    assert payload["api_key"] == "hunter2"
    assert PAYLOAD["lines"][0]["on"] == "2026-12-15"


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("revision", "3", 3),
        ("lines[0].quantity", " 12.5 ", "12.5"),
        ("lines[0].quantity", "1E+2", "100"),
        ("lines[0].on", "2026-12-24", "2026-12-24"),
        ("acknowledge", "no", False),
        ("ratio", "2", 2.0),
    ],
)
def test_each_value_keeps_its_kind(path, typed, value):
    payload, _ = edited({**PAYLOAD}, {path: typed})
    assert dict(payload_values(payload))[path] == value


def payload_values(payload):
    return [(leaf.path, leaf.value) for leaf in editable(payload)]


def test_every_value_that_does_not_fit_is_named():
    typed = {"revision": "x", "lines[0].quantity": "-1", "lines[1].quantity": "NaN", "acknowledge": "perhaps"}
    with pytest.raises(Unfit) as refused:
        edited(PAYLOAD, typed)
    assert set(refused.value.problems) == set(typed)


def test_what_may_not_be_changed_is_ignored_however_it_is_sent():
    payload, changes = edited(
        PAYLOAD,
        {"api_key": "mine", "note.external_id": "other", "order": "18", "lines[1].on": "x", "new": "1"},
    )
    assert (payload, changes) == (PAYLOAD, [])


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("lines[0].quantity", True),
        ("lines[0].unit_price", True),
        ("price_unit", True),
        ("amount_total", True),
        ("lines[1].line", True),
        ("revision", True),
        ("confirm_rfq", True),
        ("lines[0].on", False),
        ("note.body", False),
        ("supplier_reference", False),
    ],
)
def test_money_and_goods_need_a_second_person(path, needed):
    assert Change(path, "1", "2").needs_second_person is needed
