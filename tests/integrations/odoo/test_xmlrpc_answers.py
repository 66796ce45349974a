"""XML-RPC answers are read as the standard library reads them, whoever wrote them."""

import xmlrpc.client
from pathlib import Path

import pytest

from integrations.odoo import xmlrpc_answer

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "odoo" / "transcripts"

VALUES = [
    "", "a < b & c\n  d", "&amp;", "\\ \" \\n \t", ",</struct></value>\n", "a\r\nb", "é 漢", "]]>",
    0, -7, 1.5, -0.0, 1e300, True, False,
    [], [[]], [1, "x"], [[1], [2, [3]]], {}, [{}, {}], {"a": {"b": [False, ""]}}, {"a": [{"b": {}}], "c": 1},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_every_kind_of_value_is_read(value):
    body = xmlrpc.client.dumps((value,), methodresponse=True).encode()
    assert xmlrpc_answer.read(body) == xmlrpc.client.loads(body)[0][0]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_another_writers_layout_is_read_too(value):
    body = xmlrpc.client.dumps((value,), methodresponse=True).encode()
    other = body.replace(b">\n<", b"><").replace(b"<?xml version='1.0'?>\n", b'<?xml version="1.0"?>')
    assert xmlrpc_answer.read(other) == xmlrpc.client.loads(other)[0][0]


def test_text_without_a_type_is_text():
    body = b"<methodResponse><params><param><value>plain</value></param></params></methodResponse>"
    assert xmlrpc_answer.read(body) == "plain"


def _recorded() -> list[Path]:
    return sorted(RECORDED.glob("*/*.xmlrpc.res.txt"))


@pytest.mark.skipif(not _recorded(), reason="the recordings are not here")
def test_everything_real_servers_answered_is_read():
    read = 0
    for file in _recorded():
        text = file.read_text()
        start = text.find("<?xml")
        if start < 0 or "</methodResponse>" not in text:
            continue
        body = text[start:].encode()
        assert _outcome(xmlrpc_answer.read, body) == _outcome(lambda it: xmlrpc.client.loads(it)[0][0], body)
        read += 1
    assert read > 100


def _outcome(reader, body):
    try:
        return reader(body)
    except xmlrpc.client.Fault as fault:
        return (fault.faultCode, fault.faultString)


def test_an_xmlrpc_fault_is_raised():
    body = xmlrpc.client.dumps(xmlrpc.client.Fault(3, "Access Denied")).encode()
    with pytest.raises(xmlrpc.client.Fault, match="Access Denied"):
        xmlrpc_answer.read(body)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"<methodResponse><params>", b"<methodResponse/>"])
def test_half_an_answer_is_no_answer(body):
    with pytest.raises(ValueError, match=r"."):
        xmlrpc_answer.read(body)


def test_an_answer_cut_off_anywhere_is_no_answer():
    body = xmlrpc.client.dumps(([{"id": 1, "name": "P00001"}],), methodresponse=True).encode()
    for end in range(len(body.rstrip()) - 1):
        with pytest.raises(ValueError, match=r"."):
            xmlrpc_answer.read(body[:end])
