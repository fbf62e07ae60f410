"""Bytes of a pipe as they arrive: read by the line, and told when more must be waited for."""

from __future__ import annotations

import os
import select
from io import UnsupportedOperation
from typing import BinaryIO

CHUNK = 1 << 18
"""Bytes asked of the pipe at once: about one batch of pages."""


class Arriving:
    """A stream over standard input that never waits for more than the line it was asked for."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        try:
            self._file: int | None = stream.fileno()
        except (UnsupportedOperation, AttributeError):
            self._file = None  # bytes in memory
        self._held = bytearray()
        self._at = 0
        self._ended = False

    def must_wait(self) -> bool:
        """Whether the next line has not arrived yet."""
        while not self._ended and self._held.find(b"\n", self._at) < 0:
            if self._file is not None and not select.select([self._file], [], [], 0)[0]:
                return True
            self._fetch()
        return False

    def readline(self, limit: int = -1) -> bytes:
        """The next line (or ``limit`` bytes of it), empty at the end."""
        looked = self._at
        while True:
            found = self._held.find(b"\n", looked)
            end = found + 1 if found >= 0 else len(self._held)
            if limit >= 0 and end - self._at >= limit:
                return self._take(self._at + limit)
            if found >= 0 or self._ended:
                return self._take(end)
            looked = len(self._held) - self._at
            self._fetch()

    def read(self, size: int = -1) -> bytes:
        """The next ``size`` bytes (all that come, by default), fewer only at the end."""
        parts: list[bytes] = []
        while size:
            if self._at == len(self._held):
                if self._ended:
                    break
                self._fetch()
                continue
            stop = len(self._held) if size < 0 else min(len(self._held), self._at + size)
            parts.append(self._take(stop))
            size = -1 if size < 0 else size - len(parts[-1])
        return b"".join(parts)

    def _take(self, end: int) -> bytes:
        start, self._at = self._at, end
        return bytes(self._held[start:end])

    def _fetch(self) -> None:
        """Adds what comes next to what is held."""
        file = self._file
        more = self._stream.read(CHUNK) if file is None else os.read(file, CHUNK)
        self._ended = not more
        del self._held[: self._at]
        self._held += more
        self._at = 0
