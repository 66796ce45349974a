"""How every process logs: lines for people, or one JSON object a line for machines that collect them."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from integrations.masking import masked_addresses, masked_text


class AddressFilter(logging.Filter):
    """Takes out of every line what would open a door: Django logs the address of each request it refuses."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, the secret part of addresses replaced by dots."""
        text = record.getMessage()
        if (masked := masked_addresses(text)) != text:
            record.msg, record.args = masked, None
        return True


class JsonFormatter(logging.Formatter):
    """Time (UTC), level, logger, text, correlation id, process, and the traceback where there is one.

    Texts are masked as everywhere where people read: a traceback may quote a key.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked_text(record.getMessage()),
            "correlation_id": getattr(record, "correlation_id", "-"),
            "process": record.process,
        }
        if record.exc_info:
            told["traceback"] = masked_text(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything from *level* on goes to standard error, as "line" or as "json"."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "correlation": {"()": "integrations.correlation.CorrelationFilter"},
            "addresses": {"()": AddressFilter},
        },
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(correlation_id)s] %(message)s"},
            "json": {"()": JsonFormatter},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["correlation", "addresses"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        # The wire libraries log full request bodies at INFO, keys included.
        "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
    }
