"""What pages may load and who may frame them, for the header of every page: part of the settings."""

from csp.constants import NONCE, NONE, SELF

DIRECTIVES = {
    "default-src": [SELF],
    "script-src": [SELF, NONCE],
    "img-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
