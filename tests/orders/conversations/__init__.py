"""Conversations about orders, and Odoo's chatter."""
