"""Conversations: what is said about orders and their lines, on their pages and in Odoo's chatter."""
