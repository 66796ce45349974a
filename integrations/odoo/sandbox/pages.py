"""The web page of the sandbox: what Odoo sees, and the buyer's buttons."""

from __future__ import annotations

from integrations.odoo.sandbox.engine import Engine
from integrations.odoo.sandbox.json_doors import Answer, html_answer


class Pages:
    """Server-rendered pages. One per server; called from many threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def answer(
        self, verb: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> Answer:
        """The page for a path."""
        return html_answer(200 if path == "/" else 404, "Sandbox Odoo", f"Odoo {self.engine.version}")
