"""Receipts: what the buyer's warehouse expects and has received of each order, as Odoo holds it."""
