"""``manage.py reconcile`` and the nightly task: every company of active connections, and an exit code."""

import io
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from integrations.reconciliation import engine, tasks
from integrations.reconciliation.models import ReconciliationRun
from orders.purchasing.models import PurchaseOrderLine
from tests import factories


@pytest.fixture(autouse=True)
def nothing_is_fresh(compare, monkeypatch):
    """What the test wrote a second ago has had its time."""
    with_overlap = engine.carry_out
    overlap = compare.__defaults__ or compare.__kwdefaults__["overlap"]
    monkeypatch.setattr(engine, "carry_out", lambda pk, *, now: with_overlap(pk, now=now, overlap=overlap))


def reconcile(*arguments: str) -> tuple[str, int]:
    """Run the command; return what it printed and its exit code."""
    out = io.StringIO()
    try:
        call_command("reconcile", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_two_equal_sides_are_in_step(cast, odoo, pull):
    odoo.order(10, 20)
    pull()
    text, code = reconcile(cast.northwind.connection.name)
    assert code == 0
    assert text.startswith("Northwind Distribution: 1 order with 2 lines compared; 0 missing")


def test_a_difference_is_printed_with_both_values_and_an_exit_code(cast, odoo, pull):
    odoo.order(10)
    pull()
    PurchaseOrderLine.objects.update(quantity=Decimal(7))
    text, code = reconcile(cast.northwind.connection.name)
    assert code == 1
    assert "quantity: here “7”, in Odoo “10”; open" in text


def test_it_repairs_when_asked_to_and_prints_json(cast, odoo, pull):
    odoo.order(10)
    pull()
    PurchaseOrderLine.objects.update(quantity=Decimal(7))
    text, code = reconcile(cast.northwind.connection.name, "--repair", "--json")
    assert code == 0
    (report,) = json.loads(text)
    assert (report["different"], report["left"]) == (1, 0)
    assert report["differences"][0]["state"] == "REPAIRED"
    assert PurchaseOrderLine.objects.get().quantity == 10


def test_a_connection_nobody_knows_is_named(cast):
    with pytest.raises(CommandError, match="named Nowhere"):
        call_command("reconcile", "Nowhere")


def test_at_night_every_company_of_an_active_connection_has_its_turn(cast, monkeypatch):
    second = factories.company("Northwind Iberia", connection=cast.northwind.connection)
    sleeping = factories.company("Closed", connection=factories.connection(is_active=False))
    asked = []
    monkeypatch.setattr(tasks.compare_company, "delay", lambda *, run_id: asked.append(run_id))
    tasks.compare_all()
    runs = {run.company_id: run.pk for run in ReconciliationRun.objects.all()}
    assert {cast.northwind.pk, second.pk} <= set(runs)
    assert sleeping.pk not in runs
    assert asked == sorted(runs.values())
