"""HTTP responses as WARC records hold them: the one room that knows the reader, warcio.

warcio undoes chunks and compression. It takes 0.06 ms for a response of 130 KB where fastwarc
takes 0.03 (498 records); cleaning one takes 10. It is plain Python: no bytes can end the process.
"""

from __future__ import annotations

import io
import re
from typing import Any

from cleaner.corpus.entries import MAX_PAGE_BYTES
from cleaner.model import CleanerError

_STATUS = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})")
_TYPE = re.compile(rb"^content-type:[ \t]*([^;\r\n]*)", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_:.-]+)", re.IGNORECASE)


def head_of(block: bytes) -> tuple[int, str]:
    """The status and the content type (lower case, no parameters) of the response ``block``.

    Its first bytes are enough. The status is 0 where it opens no response, the type empty where
    none is declared.
    """
    status = _STATUS.match(block)
    declared = _TYPE.search(re.split(rb"\r?\n\r?\n", block, maxsplit=1)[0])
    name = declared[1].decode("latin-1").strip().lower() if declared else ""
    return int(status[1]) if status else 0, name


def body_of(block: bytes) -> tuple[bytes, str]:
    """The body of the response ``block``, chunks and compression undone, and its charset.

    No more than a byte above MAX_PAGE_BYTES is unpacked; of a damaged body, what could be. Raises
    CleanerError where warcio is missing.
    """
    parsers = _warcio()
    stream = io.BytesIO(block)
    try:
        headers = parsers.statusandheaders.StatusAndHeadersParser(["HTTP/"]).parse(stream)
    except (parsers.statusandheaders.StatusAndHeadersParserException, EOFError):
        return b"", ""
    coding = (headers.get_header("content-encoding") or "").strip().lower()
    reader: Any = stream
    if (headers.get_header("transfer-encoding") or "").strip().lower() == "chunked":
        reader = parsers.bufferedreaders.ChunkedDataReader(stream, decomp_type=coding or None)
    elif coding:
        reader = parsers.bufferedreaders.BufferedReader(stream, decomp_type=coding)
    charset = _CHARSET.search(headers.get_header("content-type") or "")
    return _read(reader), charset[1] if charset else ""


def _read(reader: Any) -> bytes:
    parts: list[bytes] = []
    left = MAX_PAGE_BYTES + 1
    try:
        while left > 0 and (part := reader.read(min(left, 1 << 20))):
            parts.append(part)
            left -= len(part)
    except MemoryError:
        raise
    except Exception:  # each codec has errors of its own
        pass
    return b"".join(parts)


def _warcio() -> Any:
    """The package warcio, imported only when a response is met."""
    try:
        import warcio.bufferedreaders
        import warcio.statusandheaders
    except ImportError:
        raise CleanerError(
            "WARC files need warcio; install it with: pip install 'cleaner-zh[html]'"
        ) from None
    return warcio
