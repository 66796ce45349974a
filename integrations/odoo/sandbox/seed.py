"""What a new database holds: 'empty', 'demo' or 'bench'."""

from __future__ import annotations

from datetime import datetime

from integrations.odoo.sandbox import bench, demo
from integrations.odoo.sandbox.distributors import Distributor
from integrations.odoo.sandbox.engine import SEED_MARK, Engine
from integrations.odoo.sandbox.groundwork import lay


def plant(
    engine: Engine, distributor: Distributor, seed: str, *, on: datetime, orders: int, lines: int
) -> None:
    """Fill a new database. `on` is the moment the data is relative to (aware).

    Raises ValueError for an unknown seed.
    """
    if seed not in ("empty", "demo", "bench"):
        raise ValueError(f"unknown seed {seed!r}: empty, demo or bench")
    with engine.transaction(now=on) as env:
        lay(env, distributor)
    if seed == "demo":
        demo.fill(engine, distributor, on)
    elif seed == "bench":
        bench.fill(engine, on, orders=orders, lines=lines)
    with engine.transaction(now=on) as env:
        env.store.insert(SEED_MARK, {"version": engine.version, "seed": seed})
