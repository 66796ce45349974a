"""What is done with links: issued, sent again, withdrawn, opened, confirmed with a code, answered through."""

from orders.links.actions.answer import accept_by_link, acknowledge_by_link, withdraw_by_link
from orders.links.actions.confirm import CodeCheck, confirm_device, forget_codes, send_code
from orders.links.actions.issue import issue_link, revoke_link, send_fresh_link, send_link
from orders.links.actions.join import join_by_link
from orders.links.actions.look import note_look

__all__ = [
    "CodeCheck",
    "accept_by_link",
    "acknowledge_by_link",
    "confirm_device",
    "forget_codes",
    "issue_link",
    "join_by_link",
    "note_look",
    "revoke_link",
    "send_code",
    "send_fresh_link",
    "send_link",
    "withdraw_by_link",
]
