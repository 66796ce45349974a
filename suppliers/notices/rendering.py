"""Turns an event's templates into subject, text and HTML. Knows no database and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape

# Stands in the stored text where a private link goes; it looks like nothing a person would type.
LINK_PLACEHOLDER = "{{private-link}}"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail as it will look, private link still missing."""

    subject: str
    text: str
    html: str


def render(event: str, context: Mapping[str, Any], *, with_private_link: bool = False) -> Rendered:
    """Render templates/mail/<event>.txt, whose first line is "Subject: …", and .html.

    ``{{ private_link }}`` holds its place when there will be one and is empty otherwise.
    Raises TemplateDoesNotExist for an unknown event and ValueError when the subject line is missing.
    """
    private_link = LINK_PLACEHOLDER if with_private_link else ""
    full = {"site_url": settings.SITE_URL, "private_link": private_link, **context}
    head, _, text = render_to_string(f"mail/{event}.txt", full).lstrip().partition("\n")
    label, colon, subject = head.partition(":")
    if label != "Subject" or not colon:
        raise ValueError(f"mail/{event}.txt must begin with a line 'Subject: …'.")
    # A name with a line break in it must not become a header of its own.
    full["subject"] = " ".join(subject.split())[:250]
    text = f"{text.strip()}\n"
    if absent := full.get("on_behalf_of"):
        text += f"\nYou get this for {absent}, who is away.\n"
    return Rendered(full["subject"], text, render_to_string(f"mail/{event}.html", full))


def placeholder_of(number: int) -> str:
    """Return what holds the place of the private link of a notice in a mail that tells of several."""
    return f"{{{{private-link-{number}}}}}"


def with_links(text: str, html: str, links: Mapping[int, str]) -> tuple[str, str]:
    """Return both versions of a mail that tells of several notices, each with its private link in place."""
    for number, link in links.items():
        place = placeholder_of(number)
        text, html = text.replace(place, link), html.replace(place, escape(link))
    return text, html


def with_link(text: str, html: str, link: str) -> tuple[str, str]:
    """Return both versions with the private link put in place."""
    return text.replace(LINK_PLACEHOLDER, link), html.replace(LINK_PLACEHOLDER, escape(link))
