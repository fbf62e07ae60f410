"""Standard streams as they may be: closed by the caller, full, or no longer read."""

from __future__ import annotations

import io
import os
import sys


def one_line(message: str) -> str:
    """The message with line breaks and other control characters, as file names may have them,
    written as "%XX"."""
    return "".join(char if char >= " " else f"%{ord(char):02X}" for char in message)


def open_streams() -> None:
    """Output is UTF-8 wherever it goes; a stream that the caller closed is an empty one."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115 (as long as the program)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def leave_stdout() -> None:
    """Lets standard output go: what is still held for it must not fail when the program ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
