"""What buyers change in Odoo after another product or unit was agreed."""
