"""The wire: versions, answers that are no answers, lists that stay lists, faults as our two errors."""

import logging
from dataclasses import replace

import pytest

from integrations.errors import FaultClass, NeedsAttention, TryLater
from integrations.odoo.client import connect


def test_the_version_decides_the_protocol(odoo):
    identity = odoo.gateway.identify()
    assert identity.protocol == ("JSON-2" if odoo.major >= 19 else "XML-RPC")
    assert identity.version.startswith(str(odoo.major))


def test_an_answer_of_none_is_a_commit(odoo):
    order = odoo.order()
    assert odoo.do("purchase.order", "button_cancel", order) is None
    assert odoo.row("purchase.order", order, "state")["state"] == "cancel"


def test_locking_answers_none_and_is_a_commit(odoo):
    order = odoo.order()
    dialect = odoo.gateway.dialect
    assert odoo.do("purchase.order", dialect.lock, order) is None
    assert odoo.record(order).state == "locked"
    assert odoo.do("purchase.order", dialect.unlock, order) is None
    assert odoo.record(order).state == "purchase"


def test_a_list_of_one_record_stays_a_list(odoo):
    order = odoo.rfq()
    assert odoo.client.call("purchase.order", "read", [order], fields=["name"])[0]["id"] == order
    assert odoo.client.call("purchase.order", "search", domain=[("id", "=", order)]) == [order]


def test_a_missing_record_is_read_as_nothing(odoo):
    assert odoo.client.call("purchase.order", "read", [2_000_000_000], fields=["name"]) == []
    assert odoo.gateway.orders([2_000_000_000]) == []


def test_datetimes_come_in_whole_seconds_without_a_zone(odoo):
    written = odoo.row("purchase.order", odoo.rfq(), "write_date")["write_date"]
    assert len(written) == len("2027-01-15 12:00:00")
    assert written[10] == " "


def test_a_datetime_with_t_and_z_is_refused(odoo):
    with pytest.raises(NeedsAttention):
        odoo.do("purchase.order", "write", odoo.rfq(), vals={"date_planned": "2027-01-15T12:00:00Z"})


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (("ir.rule", "search_read", None, {"domain": [], "fields": ["name"]}), FaultClass.PERMISSION),
        (("res.users", "create", None, {"vals_list": [{"name": "X", "login": "x"}]}), FaultClass.PERMISSION),
        (("res.partner", "_compute_display_name", [1], {}), FaultClass.PERMISSION),
        (("purchase.order", "read", [1], {"fields": ["nope_field"]}), FaultClass.BUG),
        (("purchase.order", "search", None, {"domain": [("nope_field", "=", 1)]}), FaultClass.BUG),
        (("purchase.order", "nope_method", [1], {}), FaultClass.BUG),
        (("purchase.order", "write", [2_000_000_000], {"vals": {"origin": "x"}}), FaultClass.DATA),
        (("res.partner", "write", [1], {"vals": {"type": "zzz"}}), FaultClass.BUG),
    ],
    ids=lambda value: f"{value[0]}.{value[1]}" if isinstance(value, tuple) else value.value,
)
def test_refusals_need_a_person(odoo, call, fault):
    model, method, ids, arguments = call
    with pytest.raises(NeedsAttention) as refused:
        odoo.client.call(model, method, ids, **dict(arguments))
    assert refused.value.fault == fault
    assert refused.value.sentence.endswith((".", ")")) or len(refused.value.sentence) > 20
    assert refused.value.detail


def test_an_unknown_model_needs_a_person(odoo):
    with pytest.raises(NeedsAttention):
        odoo.client.call("nope.model", "read", [1], fields=["name"])


def test_a_confirmed_order_cannot_be_deleted(odoo):
    with pytest.raises(NeedsAttention, match="Odoo refused") as refused:
        odoo.do("purchase.order", "unlink", odoo.order())
    assert refused.value.fault == FaultClass.DATA


def test_a_wrong_key_is_a_matter_of_permission(odoo):
    client = connect(replace(odoo.service, key="0" * 40))
    with pytest.raises(NeedsAttention, match="login or API key") as refused:
        client.call("res.partner", "search_count", domain=[])
    client.close()
    assert refused.value.fault == FaultClass.PERMISSION


def test_a_wrong_database_is_said_to_be_wrong(odoo):
    client = connect(replace(odoo.service, database="no-such-database"))
    with pytest.raises(NeedsAttention, match="database"):
        client.call("res.partner", "search_count", domain=[])
    client.close()


def test_a_server_that_is_away_is_weather(odoo):
    with pytest.raises(TryLater, match="cannot be reached"):
        connect(replace(odoo.service, url="http://127.0.0.1:9"))


def test_the_key_is_in_no_log_line(odoo, caplog):
    with caplog.at_level(logging.DEBUG):
        client = connect(odoo.service)
        client.call("res.partner", "search_count", domain=[])
        client.close()
    assert odoo.service.key not in caplog.text
    assert odoo.service.key not in repr(odoo.service)


def test_what_we_may_do_is_found_out(odoo):
    identity = odoo.gateway.identify()
    assert identity.may == dict.fromkeys(identity.may, True)
    assert identity.missing_fields == ()
    assert all(len(company.currency) == 3 for company in identity.companies)
    assert identity.companies
