"""Which files may be attached: what they claim to be is held against what they are."""

import pytest

from suppliers.refusal import Refused
from suppliers.threads.files import LARGEST, Upload, check_file, check_files, clean_name
from tests.suppliers.threads.conftest import DOCX, PDF, PNG, XLSX, archive

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"

FINE = {
    "a.png": PNG,
    "A.PNG": PNG,
    "photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(20) + b"\xff\xd9",
    "photo.jpeg": b"\xff\xd8\xff\xe1\x00\x10Exif\x00" + bytes(20) + b"\xff\xd9",
    "a.gif": b"GIF89a" + bytes(20),
    "a.webp": b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(20),
    "a.heic": HEIC,
    "a.tif": b"II*\x00" + bytes(20),
    "a.pdf": PDF,
    "a.docx": DOCX,
    "a.xlsx": XLSX,
    "a.pptx": archive("[Content_Types].xml", "ppt/presentation.xml"),
    "a.xls": OLE + "Workbook".encode("utf-16-le"),
    "a.doc": OLE + "WordDocument".encode("utf-16-le"),
    "a.csv": b"code;quantity\r\nFST-1;10\r\n",
    "ansi.csv": "Größe;Stück\n".encode("cp1252"),
    "excel.csv": b"\xef\xbb\xbfa,b\n",
    "unicode.txt": "Grüße".encode("utf-16"),
    "a.txt": b"1 < 2 and <3",
}

REFUSED = {
    "nothing in it": ("a.pdf", b""),
    "a program": ("setup.exe", b"MZ\x90\x00" + bytes(50)),
    "a program by another name": ("a.pdf", b"MZ\x90\x00" + bytes(50)),
    "a program called text": ("a.txt", b"MZ\x90\x00\x03\x00"),
    "a script": ("run.sh", b"#!/bin/sh\n"),
    "a script called text": ("a.txt", b"#!/bin/sh\nrm -rf /\n"),
    "HTML": ("a.html", b"<!doctype html>"),
    "HTML called text": ("a.txt", b"  <!DOCTYPE html><p>Hi"),
    "HTML called CSV": ("a.csv", b"a,b\n<script>alert(1)</script>"),
    "HTML called a picture": ("a.png", b"<html></html>"),
    "SVG": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "SVG called text": ("a.txt", b'<?xml version="1.0"?><svg/>'),
    "a picture called a document": ("a.pdf", PNG),
    "a document called a picture": ("a.jpg", PDF),
    "a picture of another kind": ("a.gif", PNG),
    "a document that begins with something else": ("a.pdf", b"\n\n<html>" + PDF),
    "an archive": ("a.zip", archive("a.txt")),
    "an archive called a document": ("a.docx", archive("a.txt")),
    "a sheet called a document": ("a.docx", XLSX),
    "macros": ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
    "a kind for macros": ("a.xlsm", XLSX),
    "old macros": ("a.xls", OLE + "Workbook".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le")),
    "an installer": ("a.doc", OLE),
    "a program inside": (
        "a.docx",
        archive("[Content_Types].xml", "word/document.xml", "word/embeddings/a.exe"),
    ),
    "an embedded object": (
        "a.docx",
        archive("[Content_Types].xml", "word/document.xml", "word/oleObject1.bin"),
    ),
    "a broken archive": ("a.docx", DOCX[:60]),
    "a bomb": ("a.xlsx", archive("[Content_Types].xml", "xl/workbook.xml", content="0" * 20_000_000)),
    "an OpenDocument that says it is something else": (
        "a.odt",
        archive("mimetype", content="application/zip"),
    ),
    "binary called text": ("a.txt", bytes(range(32))),
    "too large": ("a.txt", b"x" * (LARGEST + 1)),
    "no ending": ("README", b"text"),
    "two endings": ("invoice.pdf.exe", PDF),
}


@pytest.mark.parametrize(("name", "data"), FINE.items(), ids=FINE)
def test_what_people_send_each_other_passes(name, data):
    checked = check_file(Upload(name, data))
    assert checked.data == data  # not a byte is changed
    assert "/" in checked.mime
    assert len(checked.sha256) == 64


@pytest.mark.parametrize(("name", "data"), REFUSED.values(), ids=REFUSED)
def test_what_could_do_harm_or_is_not_what_it_says_is_refused(name, data):
    with pytest.raises(Refused) as refusal:
        check_file(Upload(name, data))
    (problem,) = refusal.value.problems
    assert problem.where == "files"
    assert problem.found.startswith(name)


def test_all_that_is_wrong_is_named_at_once():
    with pytest.raises(Refused) as refusal:
        check_files([Upload(f"{number}.exe", b"MZ") for number in range(6)])
    assert len(refusal.value.problems) == 7


def test_files_together_have_a_limit():
    with pytest.raises(Refused, match="together"):
        check_files([Upload(f"{number}.txt", b"x" * LARGEST) for number in range(3)])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\alice\\drawing.pdf", "drawing.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("  .pdf ", "pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("Größe Ä.pdf", "Größe Ä.pdf"),
        ("", "file"),
    ],
)
def test_names_are_kept_without_what_could_deceive(name, kept):
    assert clean_name(name) == kept
