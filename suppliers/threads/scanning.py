"""The hook for a virus scanner: a command that gets a file and answers by its exit code.

``ATTACHMENT_SCAN_COMMAND`` is run with the path of a temporary file as its last argument: 0 means clean, 1
means refused, anything else that it could not look and is asked again later (as clamdscan answers).
"""

import shlex
import subprocess
import tempfile
from dataclasses import dataclass

from django.conf import settings

from integrations.errors import NeedsAttention, TryLater

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said."""

    is_clean: bool
    words: str


def scans() -> bool:
    """Whether there is a scanner."""
    return bool(settings.ATTACHMENT_SCAN_COMMAND)


def scan(data: bytes) -> Verdict:
    """Let the scanner look at some bytes. Raises TryLater (it cannot now) and NeedsAttention (missing)."""
    command = shlex.split(settings.ATTACHMENT_SCAN_COMMAND)
    with tempfile.NamedTemporaryFile(prefix="quayside-scan-") as file:
        file.write(data)
        file.flush()
        try:
            done = subprocess.run([*command, file.name], capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise TryLater("The virus scanner did not answer in time.", detail=str(error)) from error
        except OSError as error:
            raise NeedsAttention("The virus scanner cannot be started.", detail=str(error)) from error
    words = done.stdout.decode(errors="replace")[-2000:].replace(file.name, "file").strip()
    if done.returncode not in (0, 1):
        raise TryLater("The virus scanner could not look at a file.", detail=words or str(done.returncode))
    return Verdict(done.returncode == 0, words)
