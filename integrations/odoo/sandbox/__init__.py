"""The sandbox Odoo: a server process that stands in for Odoo 17, 18 and 19 in the demo and in the tests."""

from integrations.odoo.sandbox.server import SandboxServer

__all__ = ["SandboxServer"]
