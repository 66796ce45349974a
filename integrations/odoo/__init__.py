"""Odoo: wire, meaning, shape, and the sandbox that stands in for it."""
