"""Drift: where the portal and Odoo no longer say the same, since when, and how it is put right."""
