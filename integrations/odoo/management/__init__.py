"""Commands for those who run the connection to Odoo."""
