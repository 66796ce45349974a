"""The address under which a mail is answered into its thread: signed for one thread and one person.

``REPLY_ADDRESS`` holds ``{tag}``: ``reply+{tag}@portal.example.com`` or ``{tag}@in.example.com``. The tag is
in lower case throughout, because mail servers may change the case of an address.
"""

import re
from base64 import b32encode
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

# What mail readers quote of us begins below this line.
MARKER = "── Reply above this line ──"

_SALT = "suppliers.threads.reply_address"
_TAG = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,13})-([a-z2-7]{26})")


def reply_address(thread_id: int, user_id: int) -> str:
    """Return the address at which this person answers this thread; "" where replies are not taken."""
    if not settings.REPLY_ADDRESS:
        return ""
    thread, user = int_to_base36(thread_id), int_to_base36(user_id)
    return settings.REPLY_ADDRESS.replace("{tag}", f"{thread}-{user}-{_signature(thread_id, user_id)}")


def read_reply_address(address: str) -> tuple[int, int] | None:
    """Return (thread id, user id) of an address we made; None for every other."""
    before, _, after = settings.REPLY_ADDRESS.lower().partition("{tag}")
    found = parseaddr(address)[1].lower()
    if not after or not (found.startswith(before) and found.endswith(after)):
        return None
    match = _TAG.fullmatch(found[len(before) : len(found) - len(after)])
    if match is None:
        return None
    thread_id, user_id = base36_to_int(match[1]), base36_to_int(match[2])
    if not constant_time_compare(match[3], _signature(thread_id, user_id)):
        return None
    return thread_id, user_id


def _signature(thread_id: int, user_id: int) -> str:
    digest = salted_hmac(_SALT, f"{thread_id}:{user_id}", algorithm="sha256").digest()
    return b32encode(digest[:16]).decode().rstrip("=").lower()
