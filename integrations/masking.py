"""Keeps passwords and keys out of what is stored for people to read."""

import re
from typing import Any

MASK = "••••••"

_SENSITIVE = r"(?:pass(?:word|wd|phrase)?|pwd|secret|api[_-]?key|apikey|token|authorization|credentials?)"
_SENSITIVE_NAME = re.compile(rf"(?:^|[_\-. ]){_SENSITIVE}$", re.IGNORECASE)
_IN_TEXT = [
    # Authorization: Bearer xyz
    (re.compile(r"\b(bearer|basic)\s+[\w\-.~+/=]{6,}", re.IGNORECASE), rf"\1 {MASK}"),
    # "api_key": "xyz", password=xyz, token: xyz
    (
        re.compile(rf"({_SENSITIVE}[\"']?\s*[:=]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&)}}\]]+)", re.IGNORECASE),
        rf"\g<1>{MASK}",
    ),
    # https://user:password@host
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), rf"\1{MASK}@"),
    # Odoo's API keys are 40 hexadecimal digits; on the wire they are a bare positional argument.
    (re.compile(r"\b[0-9a-f]{40}\b"), MASK),
]

# Addresses of which one part opens a door: links in mails, invitations, new passwords, hints from Odoo.
_IN_ADDRESSES = re.compile(r"((?:/answer|/people/invitation|/password/reset/key|/hooks/odoo)/)[^/\s?#\"']+")


def masked_addresses(text: str) -> str:
    """Return the text with the secret part of our own addresses replaced by dots."""
    return _IN_ADDRESSES.sub(rf"\1{MASK}", text)


def masked_text(text: str) -> str:
    """Return the text with everything that looks like a secret replaced by dots."""
    for pattern, replacement in _IN_TEXT:
        text = pattern.sub(replacement, text)
    return masked_addresses(text)


def masked_data(data: Any) -> Any:
    """Return JSON-like data with the values under secret names, and secrets within texts, replaced."""
    if isinstance(data, dict):
        return {
            key: MASK if value and _SENSITIVE_NAME.search(str(key)) else masked_data(value)
            for key, value in data.items()
        }
    if isinstance(data, list | tuple):
        return [masked_data(item) for item in data]
    return masked_text(data) if isinstance(data, str) else data
