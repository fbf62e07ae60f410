"""Standard streams as they may be: closed by the caller, or of another encoding."""

from __future__ import annotations

import io
import sys

import pytest

from cleaner.cli.output import one_line, open_streams


def test_streams_that_the_caller_closed_are_empty_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    open_streams()
    with sys.stdin, sys.stdout:
        assert sys.stdin.read() == ""
        sys.stdout.write("nobody reads this")
    assert sys.stderr is None


def test_output_is_utf_8_wherever_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    under = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(under, "gbk"))
    open_streams()
    sys.stdout.write("页面 \udcff")
    sys.stdout.flush()
    assert under.getvalue() == "页面 ".encode() + rb"\udcff"


def test_a_message_stays_on_one_line_whatever_a_file_is_called() -> None:
    assert one_line("a\nb\x1b[1m.txt: 不是文本") == "a%0Ab%1B[1m.txt: 不是文本"
