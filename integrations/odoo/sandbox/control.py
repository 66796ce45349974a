"""The control endpoint /sandbox/: faults on order, the call log, the state. For tests and the demo."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from integrations.odoo.sandbox.engine import Engine
from integrations.odoo.sandbox.faults import KINDS, CallLog, Faults
from integrations.odoo.sandbox.json_doors import Answer, html_answer, json_answer
from integrations.odoo.sandbox.store import Record


class Control:
    """Answers /sandbox/faults, /sandbox/calls and /sandbox/state."""

    def __init__(self, engine: Engine, faults: Faults, calls: CallLog) -> None:
        self.engine = engine
        self.faults = faults
        self.calls = calls

    def answer(self, verb: str, path: str, query: dict[str, str], body: bytes) -> Answer:
        """The answer to one request."""
        name = path.removeprefix("/sandbox/").rstrip("/")
        if name == "faults":
            return self._fault_orders(verb, body)
        if name == "calls":
            after = query.get("since", "")
            calls = [asdict(call) for call in self.calls.after(int(after) if after.isdigit() else 0)]
            return json_answer({"last": self.calls.last, "count": len(calls), "calls": calls})
        if name == "state":
            return json_answer(self._state(query.get("model")))
        return html_answer(404, "Not Found", "faults, calls or state")

    def _state(self, model: str | None) -> dict[str, Any]:
        with self.engine.transaction() as env:
            if model:
                rows = env.store.table(model).values() if model in env.models else []
                return {"model": model, "records": [_without_secrets(row) for row in rows]}
            counts = {name: len(env.store.table(name)) for name in sorted(env.models)}
            return {"version": env.version, "database": self.engine.database, "records": counts}

    def _fault_orders(self, verb: str, body: bytes) -> Answer:
        """GET lists and DELETE clears; POST orders one fault (see Fault), or clears with {"clear": true}."""
        if verb == "DELETE":
            self.faults.clear()
        elif verb == "POST":
            try:
                order = json.loads(body or b"{}")
                if order.pop("clear", False):
                    self.faults.clear()
                if order:
                    self.faults.add(order.pop("kind", ""), **order)
            except (ValueError, TypeError, AttributeError) as problem:
                return json_answer({"error": str(problem), "kinds": KINDS}, 400)
        return json_answer({"faults": self.faults.listed()})


def _without_secrets(record: Record) -> Record:
    """What is stored beside the fields (passwords, keys) begins with an underscore."""
    return {name: value for name, value in record.items() if not name.startswith("_")}
