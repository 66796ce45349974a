"""What each version says about itself."""

from __future__ import annotations

from typing import Any


def common_version(version: int) -> dict[str, Any]:
    """`common.version()` and /web/webclient/version_info."""
    return {
        "server_version": f"{version}.0",
        "server_version_info": [version, 0, 0, "final", 0, ""],
        "server_serie": f"{version}.0",
        "protocol_version": 1,
    }


def json_version(version: int) -> dict[str, Any]:
    """GET /json/version and /web/version, new in 19."""
    return {"version_info": [version, 0, 0, "final", 0, ""], "version": f"{version}.0"}
