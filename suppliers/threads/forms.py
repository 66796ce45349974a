"""What the composer posts, and what it shows again when it could not be taken."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from suppliers.refusal import Problem
from suppliers.threads.files import LARGEST, Upload
from suppliers.threads.rules import MOST_FILES


@dataclass(slots=True)
class Composer:
    """The form under a conversation. Nothing typed is lost; files a browser never sends twice by itself."""

    text: str = ""
    internal: bool = False
    mentions: list[int] = field(default_factory=list)
    submission: UUID = field(default_factory=uuid4)
    files: list[Upload] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def read(cls, data: QueryDict, files: MultiValueDict[str, UploadedFile]) -> "Composer":
        """Read what was posted."""
        return cls(
            text=data.get("text", "").replace("\0", ""),
            internal=data.get("audience") == "internal",
            mentions=[int(pk) for pk in data.getlist("mentions") if pk.isdecimal() and len(pk) < 19],
            submission=_uuid(data.get("submission", "")),
            # One more than fit is enough to say that they are too many.
            files=[_upload(file) for file in files.getlist("files")[: MOST_FILES + 1]],
        )

    @property
    def text_error(self) -> str:
        """What is wrong with the text."""
        return " ".join(problem.sentence() for problem in self.problems if problem.where == "text")

    @property
    def file_errors(self) -> list[str]:
        """What is wrong with the files, and that they must be chosen again."""
        found = [problem.sentence() for problem in self.problems if problem.where == "files"]
        if self.problems and self.files and not found:
            found = ["Choose the files again: browsers do not keep them."]
        return found

    @property
    def mention_error(self) -> str:
        """What is wrong with the people."""
        return " ".join(problem.sentence() for problem in self.problems if problem.where == "mentions")


def _upload(file: UploadedFile) -> Upload:
    # One byte more than may be is enough to say that it is too large.
    return Upload(file.name or "", file.read(LARGEST + 1))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
