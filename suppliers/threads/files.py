"""Which files may be attached: by kind, size and content. Pure: bytes in, a verdict out.

The name says what a file claims to be; the content decides whether it is. Nothing is unpacked, converted or
written anew. What browsers or offices would run (HTML, SVG, programs, macros) is refused, and so are
archives that would swell beyond reason.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

import puremagic

from suppliers.refusal import Problem, Refused
from suppliers.threads.rules import MOST_FILES

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
LARGEST_TOGETHER = 20 * MEGABYTE
_HEAD = 4096

_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
# The kinds by the name's ending: media type, and what puremagic may call the content.
_MAGIC: dict[str, tuple[str, frozenset[str]]] = {
    "png": ("image/png", frozenset({".png"})),
    "jpg": ("image/jpeg", frozenset({".jpg", ".jpeg"})),
    "jpeg": ("image/jpeg", frozenset({".jpg", ".jpeg"})),
    "gif": ("image/gif", frozenset({".gif"})),
    "webp": ("image/webp", frozenset({".webp"})),
    "heic": ("image/heic", frozenset({".heic", ".heif"})),
    "tif": ("image/tiff", frozenset({".tif", ".tiff"})),
    "tiff": ("image/tiff", frozenset({".tif", ".tiff"})),
    "pdf": ("application/pdf", frozenset({".pdf"})),
}
_ARCHIVES: dict[str, tuple[str, str]] = {  # media type, the folder or mimetype that must be inside
    "docx": (f"{_OPEN_XML}wordprocessingml.document", "word/"),
    "xlsx": (f"{_OPEN_XML}spreadsheetml.sheet", "xl/"),
    "pptx": (f"{_OPEN_XML}presentationml.presentation", "ppt/"),
    "odt": (f"{_OPEN_DOCUMENT}text", ""),
    "ods": (f"{_OPEN_DOCUMENT}spreadsheet", ""),
}
_OLD_OFFICE: dict[str, tuple[str, tuple[str, ...]]] = {  # media type, the streams one of which must be inside
    "doc": ("application/msword", ("WordDocument",)),
    "xls": ("application/vnd.ms-excel", ("Workbook", "Book")),
}
_TEXT = {"txt": "text/plain", "csv": "text/csv"}

KINDS = "PDF, pictures (PNG, JPEG, GIF, WebP, HEIC, TIFF), Word, Excel, PowerPoint, OpenDocument, CSV, text"
ENDINGS = sorted({*_MAGIC, *_ARCHIVES, *_OLD_OFFICE, *_TEXT})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")
_MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php)", re.IGNORECASE
)
_RUNNABLE = re.compile(
    r"(vbaproject\.bin|oleobject\d*\.bin|activex\d*\.bin|^basic/|^scripts/|"
    r"\.(exe|dll|com|scr|bat|cmd|ps1|js|jse|vbs|vbe|wsf|hta|jar|msi|lnk|html?|svg|swf))",
    re.IGNORECASE,
)
_MOST_ENTRIES = 5000
_LARGEST_UNPACKED = 300 * MEGABYTE
# Sheets of repeated cells shrink a hundredfold; what shrinks a thousandfold was made to.
_LARGEST_RATIO = 500
_BIDI = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that may be attached."""

    name: str
    mime: str
    data: bytes
    sha256: str


def check_files(uploads: Sequence[Upload]) -> list[CheckedFile]:
    """Return the files, checked. Raises Refused naming everything that is wrong with any of them."""
    problems = []
    if len(uploads) > MOST_FILES:
        problems.append(_problem(f"{len(uploads)} files", f"At most {MOST_FILES} files fit into one message"))
    if sum(len(upload.data) for upload in uploads) > LARGEST_TOGETHER:
        problems.append(
            _problem(
                "", f"All files together may have {LARGEST_TOGETHER // MEGABYTE} MB", "Send them in parts"
            )
        )
    checked = []
    for upload in uploads:
        try:
            checked.append(check_file(upload))
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(problems)
    return checked


def check_file(upload: Upload) -> CheckedFile:
    """Return one file, checked. Raises Refused."""
    name = clean_name(upload.name)
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    if not upload.data:
        raise Refused([_problem(name, "A file with something in it is needed")])
    if len(upload.data) > LARGEST:
        size = f"{name}, {len(upload.data) / MEGABYTE:.1f} MB"
        raise Refused([_problem(size, f"A file may have {LARGEST // MEGABYTE} MB at most")])
    if ending not in ENDINGS:
        raise Refused([_problem(name, f"These kinds of files can be attached: {KINDS}")])
    mime = _mime_of(ending, upload.data)
    if not mime:
        what = f"The content must be what the name says (.{ending})"
        raise Refused([_problem(name, what, "Save it anew as that kind and attach it again")])
    return CheckedFile(name, mime, upload.data, sha256(upload.data).hexdigest())


def clean_name(name: str) -> str:
    """Return a file's name as it is kept: no path, no control or invisible characters, not too long."""
    name = _BIDI.sub("", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = " ".join(name.split()).strip(". ") or "file"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:120]}.{ending[:20]}" if dot else name[:140]


def _mime_of(ending: str, data: bytes) -> str:
    """Return the media type when the content is what the ending says, "" otherwise."""
    if ending in _TEXT:
        return _TEXT[ending] if _is_text(data) else ""
    if data.startswith(_PROGRAMS):
        return ""
    if ending in _MAGIC:
        mime, names = _MAGIC[ending]
        return mime if names & _names_of(data) else ""
    if ending in _ARCHIVES:
        mime, inside = _ARCHIVES[ending]
        return mime if _is_archive_of(data, mime, inside) else ""
    mime, streams = _OLD_OFFICE[ending]
    return mime if _is_old_office(data, streams) else ""


def _names_of(data: bytes) -> set[str]:
    try:
        return {match.extension.lower() for match in puremagic.magic_string(data[:_HEAD])}
    except (puremagic.PureError, ValueError):
        return set()


def _is_text(data: bytes) -> bool:
    """Whether it is plain text: of a known encoding, without control characters and without markup."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig" if _decodes(data, "utf-8-sig") else "cp1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    if text.startswith("#!") or _MARKUP.search(text[:_HEAD].encode()):
        return False
    return not any(letter < " " and letter not in "\t\n\r\f" for letter in text)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_archive_of(data: bytes, mime: str, inside: str) -> bool:
    """Whether it is an office document: the right parts, nothing to run, no bomb. Only its table is read."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if not inside and (not entries or _said(archive, entries) != mime):
                return False
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return False
    if inside and ("[Content_Types].xml" not in names or not any(name.startswith(inside) for name in names)):
        return False
    unpacked = sum(entry.file_size for entry in entries)
    return (
        len(entries) <= _MOST_ENTRIES
        and unpacked <= _LARGEST_UNPACKED
        and unpacked <= max(len(data), 1) * _LARGEST_RATIO
        and not any(_RUNNABLE.search(name) for name in names)
    )


def _said(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> str:
    """Return what an OpenDocument file says it is: its first entry, stored as it stands."""
    first = entries[0]
    if first.filename != "mimetype" or first.file_size > 100 or first.compress_type != zipfile.ZIP_STORED:
        return ""
    return archive.read(first).decode("ascii", "replace").strip()


def _is_old_office(data: bytes, streams: Sequence[str]) -> bool:
    """Whether it is a document of Office 97 to 2003 without macros; names of streams stand in UTF-16."""
    if not data.startswith(_OLE) or "_VBA_PROJECT".encode("utf-16-le") in data:
        return False
    return any(stream.encode("utf-16-le") in data for stream in streams)


def _problem(found: str, expected: str, remedy: str = "") -> Problem:
    return Problem("files", found, expected, remedy)
