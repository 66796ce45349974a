"""What the portal relies on in Odoo: held against the sandbox always, against a real one when named."""
