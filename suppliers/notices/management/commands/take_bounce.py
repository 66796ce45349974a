"""``manage.py take_bounce``: takes one report about a mail that did not arrive, from standard input."""

import logging
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from suppliers.notices.actions import take_bounces
from suppliers.notices.bounces import LARGEST_REPORT, read_bounces

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """For a mail server's pipe. Exits as it expects (sysexits.h): 0 when done, 75 to try again later.

    What is no report, or none about a mail of ours, is done too: nobody is to be told of a report again.
    """

    help = "Take one delivery report (RFC 3464) from standard input and mark the mail it is about."

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark what the report is about, and say in the log what became of it."""
        bounces = read_bounces(sys.stdin.buffer.read(LARGEST_REPORT))
        try:
            marked = take_bounces(bounces, at=timezone.now())
        except (OperationalError, InterfaceError) as error:
            logger.warning("A delivery report has to wait: %s", error)
            sys.exit(os.EX_TEMPFAIL)
        for notice in marked:
            logger.info("The mail to %s came back: %s", notice.to_email, notice.failure)
        if not marked:
            logger.info("A message to the bounce address changed nothing (%s entries).", len(bounces))
