"""What the tests of threads share: writing in one line, and files of every kind."""

import io
import zipfile
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from orders.conversations.matters import matter_of_order
from suppliers.people.models import User
from suppliers.threads.actions import post_message
from suppliers.threads.files import Upload
from suppliers.threads.models import Message
from tests import factories

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def archive(*names: str, content: str = "x" * 50, **special: bytes) -> bytes:
    """A zip with these entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, content)
        for name, data in special.items():
            file.writestr(name, data)
    return made.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.fixture(autouse=True)
def everybody_is_here_already(cast):
    """What was written before somebody came is not unread for them: let them have come long ago."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    User.objects.update(date_joined=long_ago)
    for person in vars(cast).values():
        if isinstance(person, User):
            person.date_joined = long_ago


@pytest.fixture
def write(cast, order):
    """Let somebody write about the order: ``write(cast.alice, "When?", internal=True)``."""

    def post(by, text="Hello", *, about=None, at=factories.NOW, **more) -> Message:
        more.setdefault("submission", uuid4())
        return post_message(about or matter_of_order(order), by=by, text=text, at=at, **more)

    return post


@pytest.fixture
def drawing() -> Upload:
    """A file that may be attached."""
    return Upload("drawing.pdf", PDF)
