"""Taking files in: no more of one is read than may be sent at all."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from orders.sheets.parsing import LARGEST


class LimitedUpload(FileUploadHandler):
    """Stops keeping a file once it is larger than a sheet may be: nothing of it fills memory or disk."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_too_large = False
        self._seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass data on to the handlers behind, until it is too much."""
        self._seen += len(raw_data)
        if self._seen > LARGEST:
            self.is_too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave it to the handlers behind to make the file."""
