"""HTML that others wrote, as the text it holds: nothing of it is ever shown as HTML."""

import re
from html import unescape

import nh3

_BREAKS = re.compile(r"<\s{0,4}(br|/p|/div|/tr|/li|/h[1-6])\b[^>]{0,200}>", re.IGNORECASE)
_UNSEEN = {"script", "style", "head", "title"}
_SPACES = re.compile(r"[ \t]+\n")


def text_of_html(html: str) -> str:
    """Return the words of an HTML text, with its line breaks."""
    words = unescape(nh3.clean(_BREAKS.sub("\n", html), tags=set(), clean_content_tags=_UNSEEN))
    return _SPACES.sub("\n", words).strip()
