"""Acknowledgements, everyday work and bulk work run in workers of their own: none holds up another."""

from pathlib import Path

import pytest
from celery.signals import worker_process_init
from django.conf import settings

from integrations import priority
from integrations.outbox.delivery import _deliveries
from integrations.priority import BULK
from portal.celery import PortalTask, app
from portal.stack.services import Place, demo

QUEUES = {"critical", "default", "bulk"}
# Work over many rows or whole tables; an order's own work is never among it.
HEAVY = {
    "orders.purchasing.import_orders",
    "integrations.reconciliation.compare_company",
    "integrations.odoo.forget_old_calls",
}


@pytest.fixture(autouse=True, scope="module")
def every_task_is_known():
    app.loader.import_default_modules()


def queues_of_workers(tmp_path: Path) -> dict[str, str]:
    """The queue each worker of the demo reads, by the worker's name."""
    place = Place(tmp_path, tmp_path, 8000, 8069)
    (workers,) = [service for stage in demo(place) for service in stage if service.name == "workers"]
    each = [words.split() for words in workers.command() if " -Q " in words]
    return {words[0]: words[words.index("-Q") + 1] for words in each}


def queue_of(task: str) -> str:
    """Where Celery sends a task that nobody sends elsewhere."""
    return app.amqp.router.route({}, task)["queue"].name


def test_each_queue_has_a_worker_of_its_own(tmp_path):
    assert sorted(queues_of_workers(tmp_path).values()) == sorted(QUEUES)


def test_production_starts_the_same_workers():
    unit = (settings.BASE_DIR / "deploy" / "quayside@.service").read_text()
    assert {line.split("-Q ")[1].split()[0] for line in unit.splitlines() if "-Q " in line} == QUEUES


@pytest.mark.parametrize("task", sorted(HEAVY))
def test_heavy_work_is_bulk(task):
    assert task in app.tasks
    assert queue_of(task) == BULK


def test_no_task_is_sent_where_nobody_looks():
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    assert {queue_of(name) for name in ours} <= QUEUES
    assert {
        entry.get("options", {}).get("queue", "default") for entry in app.conf.beat_schedule.values()
    } <= (QUEUES)


def test_an_acknowledgement_never_stands_behind_an_import():
    assert _deliveries["purchase_order.agreement"].queue == "critical"
    assert {delivery.queue for delivery in _deliveries.values()} <= QUEUES - {BULK}


@pytest.mark.parametrize(("queue", "yields"), [("bulk", True), ("critical", False), ("default", False)])
def test_bulk_work_leaves_the_calls_to_odoo_to_others_first(queue, yields, monkeypatch):
    found = []

    class Look(PortalTask):
        name = "test.look"

        def run(self) -> None:
            found.append(priority.is_yielding())

    task = app.register_task(Look())
    try:
        task.push_request(delivery_info={"routing_key": queue}, called_directly=True)
        task()
    finally:
        task.pop_request()
        app.tasks.unregister(task.name)
    assert found == [yields]


@pytest.mark.parametrize(
    ("queues", "niceness"), [({"bulk"}, 10), ({"critical"}, 0), ({"bulk", "default"}, 0)]
)
def test_a_worker_of_bulk_work_alone_leaves_the_processor_to_others(queues, niceness, monkeypatch):
    found: list[int] = []
    monkeypatch.setattr("portal.celery.os.nice", found.append)
    monkeypatch.setattr(app.amqp.queues, "_consume_from", {name: app.amqp.queues[name] for name in queues})
    worker_process_init.send(sender=None)
    assert sum(found) == niceness
