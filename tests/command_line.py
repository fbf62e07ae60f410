"""Runs the program in this process: arguments and standard input in; exit code and output out."""

from __future__ import annotations

import io
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from cleaner.cli import main


@dataclass(frozen=True)
class Done:
    """What a call of the program came to."""

    code: int
    stdout: bytes
    err: str

    @property
    def out(self) -> str:
        return self.stdout.decode()

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def call(*arguments: str | Path, stdin: bytes | str = b"") -> Done:
    """``cleaner ARGUMENTS... < stdin``."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    streams = [io.TextIOWrapper(io.BytesIO(under), "utf-8") for under in (given, b"", b"")]
    with ExitStack() as stack:
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            stack.enter_context(patch.object(sys, name, stream))
        stack.enter_context(patch.object(sys, "argv", ["cleaner", *map(str, arguments)]))
        try:
            main()
            code: object = 0
        except SystemExit as end:
            code = end.code
    out, err = (_written(stream) for stream in streams[1:])
    assert isinstance(code, int)
    told = err.decode("utf-8", "replace")
    assert "Traceback" not in told
    return Done(code, out, told)


def unmeasured() -> dict[str, str]:
    """The environment without what measures coverage in sub-processes: for those of which every
    import, file and byte on standard error counts."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}


def _written(stream: io.TextIOWrapper) -> bytes:
    stream.flush()
    under = stream.buffer
    assert isinstance(under, io.BytesIO)
    return under.getvalue()
