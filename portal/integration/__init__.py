"""The integration desk: what Odoo did not take, and how each connection is doing."""
