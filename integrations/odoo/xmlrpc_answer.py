"""Reads XML-RPC answers as xmlrpc.client does, but faster: an import reads millions of values."""

import json
import re
import xmlrpc.client
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser

_Reader = Callable[[Element], Any]

_HEAD = re.compile(r"<\?xml version=['\"]1\.0['\"]\?>\s*<methodResponse>\s*<params>\s*<param>\s*")
_TAIL = re.compile(r"</param>\s*</params>\s*</methodResponse>\s*\Z")
_LONGEST_TAIL = 100
# Odoo writes values with Python's own marshaller, whose layout never varies: each piece of XML has one
# piece of JSON. Text cannot be mistaken for a tag, because in text "<" is always escaped.
_AS_JSON = (
    ("\\", "\\\\"),
    ('"', '\\"'),
    ("<value><string>", '"'),
    ("</string></value>\n", '",'),
    ("<value><int>", ""),
    ("</int></value>\n", ","),
    ("<value><double>", ""),
    ("</double></value>\n", ","),
    ("<value><boolean>0</boolean></value>\n", "false,"),
    ("<value><boolean>1</boolean></value>\n", "true,"),
    ("<value><array><data>\n</data></array></value>\n", "[],"),
    ("<value><struct>\n</struct></value>\n", "{},"),
    ("<value><array><data>\n", "["),
    ("<value><struct>\n", "{"),
    ("<member>\n<name>", '"'),
    ("</name>\n", '":'),
    ("</member>\n", ""),
    (",</data></array></value>\n", "],"),
    (",</struct></value>\n", "},"),
)
# A value may close several others: each pass closes one level more of them.
_CLOSING = _AS_JSON[-2:]
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def read(body: bytes) -> Any:
    """Return the value of a method's answer.

    Raises xmlrpc.client.Fault for a fault, ValueError for anything that is no whole answer.
    """
    try:
        return _read_by_layout(body)
    except _OtherLayout:
        return _read_by_parser(body)


class _OtherLayout(Exception):
    """A fault, or an answer that was not written by Python's marshaller, or not by it alone."""


def _read_by_layout(body: bytes) -> Any:
    """Turn the XML into JSON by its known layout; the JSON parser is ten times as fast as any for XML."""
    text = _as_json(_value_alone(body))
    try:
        # Not strict: line breaks and tabs stand in XML text as they are.
        return json.loads(text.removesuffix(","), strict=False)
    except ValueError as error:
        raise _OtherLayout from error


def _value_alone(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _OtherLayout from error
    head, tail = _HEAD.match(text), _TAIL.search(text, max(0, len(text) - _LONGEST_TAIL))
    if head is None or tail is None:
        raise _OtherLayout
    text = text[head.end() : tail.start()]
    # An XML parser reads every kind of line end as one, and knows more entities than these.
    if "\r" in text or text.count("&") != sum(text.count(entity) for entity, _ in _ENTITIES):
        raise _OtherLayout
    return text


def _as_json(text: str) -> str:
    for xml, as_json in _AS_JSON:
        text = text.replace(xml, as_json)
    while "<" in text:
        before = len(text)
        for xml, as_json in _CLOSING:
            text = text.replace(xml, as_json)
        if len(text) == before:
            raise _OtherLayout
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text


def _read_by_parser(body: bytes) -> Any:
    """Read any XML-RPC answer. Expat refuses entities that expand without end, and Odoo sends none."""
    try:
        parser = XMLParser()  # noqa: S314
        parser.feed(body)
        root = parser.close()
    except ParseError as error:
        raise ValueError(f"not a whole XML document: {error}") from error
    try:
        if root.tag != "methodResponse":
            raise ValueError(f"an answer named {root.tag}")
        if root[0].tag == "fault":
            told = _value(root[0][0])
            raise xmlrpc.client.Fault(told["faultCode"], told["faultString"])
        return _value(root[0][0][0])
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError(f"an answer of an unknown shape: {error!r}") from error


def _value(element: Element) -> Any:
    """Return what a <value> element holds; one without a type element is text."""
    if not len(element):
        return element.text or ""
    typed = element[0]
    return _READERS[typed.tag](typed)


def _struct(element: Element) -> dict[str, Any]:
    return {member[0].text or "": _value(member[1]) for member in element}


def _array(element: Element) -> list[Any]:
    return [_value(item) for item in element[0]]


def _text(element: Element) -> str:
    return element.text or ""


_READERS: dict[str, _Reader] = {
    "string": _text,
    "int": lambda element: int(element.text or ""),
    "i4": lambda element: int(element.text or ""),
    "i8": lambda element: int(element.text or ""),
    "boolean": lambda element: element.text == "1",
    "double": lambda element: float(element.text or ""),
    "struct": _struct,
    "array": _array,
    "nil": lambda _element: None,
    "dateTime.iso8601": _text,
    "base64": lambda element: (element.text or "").strip(),
}
