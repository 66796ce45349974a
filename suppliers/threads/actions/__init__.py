"""What people do with threads: post, edit, redact, say who owes an answer, read."""

from suppliers.threads.actions.edit import edit_message
from suppliers.threads.actions.post import post_message, receive_message
from suppliers.threads.actions.read import mark_read
from suppliers.threads.actions.redact import redact_message
from suppliers.threads.actions.wait import set_waiting

__all__ = ["edit_message", "mark_read", "post_message", "receive_message", "redact_message", "set_waiting"]
