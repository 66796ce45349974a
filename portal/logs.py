"""Log lines as JSON, one object a line, for whoever collects them by machine."""

import json
import logging
from datetime import UTC, datetime

from integrations.masking import masked_text


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
