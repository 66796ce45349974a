"""A search finds the same through an index as without one, whatever was written before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.odoo.sandbox.domains import compile_domain
from integrations.odoo.sandbox.engine import Engine
from tests.integrations.odoo.sandbox.conftest import VERSIONS

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
MODEL = "product.category"


@pytest.fixture(params=VERSIONS)
def engine(request):
    """Categories A to L, written half a second apart; then some again, one removed, one half-way refused."""
    made = Engine(request.param, database="demo", path=None)
    with made.transaction() as env:
        env.store.insert("res.company", {"name": "Here"})
    write(made, 0, lambda env: [env.create(MODEL, {"name": name}) for name in "ABCDEFGHIJKL"])
    for number in range(12):
        write(made, number, lambda env, pk=number + 1: env.write(MODEL, [pk], {"name": f"N{pk}"}))
    # Asked once, so that what follows has to keep the order up to date.
    assert found(made, [["write_date", ">=", "2026-11-23 09:00:00"]], "write_date, id")
    write(made, 20, lambda env: env.write(MODEL, [3, 7], {"name": "again"}))
    write(made, 21, lambda env: env.model(MODEL).remove(env, [5]))
    with pytest.raises(ZeroDivisionError):
        write(made, 30, lambda env: (env.write(MODEL, [1, 2], {"name": "no"}), 1 / 0))
    write(made, 22, lambda env: env.create(MODEL, {"name": "M"}))
    return made


def write(engine: Engine, halves: int, work) -> None:
    with engine.transaction(now=START + timedelta(seconds=halves / 2)) as env:
        work(env)


def found(engine: Engine, domain, order=None, limit=None) -> list[int]:
    with engine.transaction() as env:
        model: Any = env.model(MODEL)
        return model.search(env, domain, limit=limit, order=order)


def plainly(engine: Engine, domain, order) -> list[int]:
    """The answer by looking at every record."""
    with engine.transaction() as env:
        matches = compile_domain(env, MODEL, domain)
        records = [record for record in env.store.table(MODEL).values() if matches(record)]
        key = (lambda r: r["id"]) if order == "id" else (lambda r: (r["write_date"], r["id"]))
        return [record["id"] for record in sorted(records, key=key)]


SINCE = ["write_date", ">=", "2026-11-23 09:00:03"]


@pytest.mark.parametrize("order", ["id", "write_date, id"])
@pytest.mark.parametrize(
    "domain",
    [
        [],
        [["id", ">", 4]],
        [["id", ">=", 4], ["id", "<", 9]],
        [["id", "in", [9, 2, 5, 7]]],
        [SINCE],
        [["write_date", ">", "2026-11-23 09:00:03"]],
        [["write_date", ">=", "2026-11-23"]],
        [["write_date", ">", "2026-11-23"]],
        [["write_date", ">=", "2026-11-23 09:00:02"], ["write_date", "<", "2026-11-23 09:00:05"]],
        ["|", SINCE, "&", ["write_date", ">=", "2026-11-23 09:00:01"], ["id", ">", 3]],
        ["|", SINCE, ["id", "=", 1]],
        ["!", SINCE],
        ["&", "!", SINCE, ["id", ">", 2]],
        [["name", "=", "again"], SINCE],
    ],
)
def test_an_index_changes_nothing(engine, domain, order):
    expected = plainly(engine, domain, order)
    assert found(engine, domain, order) == expected
    assert found(engine, domain, order, limit=3) == expected[:3]


def test_reading_on_from_an_id_looks_no_further_than_it_must(engine, monkeypatch):
    looked: list[int] = []
    real = compile_domain

    def counting(env, model, domain):
        matches = real(env, model, domain)

        def counted(record):
            looked.append(record["id"])
            return matches(record)

        return counted

    monkeypatch.setattr("integrations.odoo.sandbox.rpc_model.compile_domain", counting)
    assert found(engine, [["id", ">", 6]], "id", limit=2) == [7, 8]
    # The bound itself may match, as far as the index knows.
    assert looked == [6, 7, 8]
