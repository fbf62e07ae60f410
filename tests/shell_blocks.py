"""Runs the commands that a document shows, and compares what it says they print.

A ```console block holds commands after "$ " and below each what it prints, standard output and
standard error together. "…" stands for any text on a line, a line of "…" for any lines. A block
with a title is a file of that name in the folder where the commands run.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)

TITLED = re.compile(r'^```\w+ title="([^"\n]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command that a document shows, and the lines below it."""

    command: str
    output: str


def documents() -> list[Path]:
    """The README, and the pages of docs/ that show what a command prints."""
    pages = [path for path in sorted((ROOT / "docs").rglob("*.md")) if shown_in(path.read_text())]
    return [ROOT / "README.md", *pages]


def shown_in(document: str) -> list[Shown]:
    """The commands of all console blocks, in order; a trailing backslash goes on below."""
    shown = []
    for block in FENCE.findall(document):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.rstrip("\n").split("\n")
            command = lines.pop(0)
            while command.endswith("\\"):
                command += "\n" + lines.pop(0)
            shown.append(Shown(command, "\n".join(lines)))
    return shown


def lay_out(document: str, folder: Path) -> None:
    """Puts into ``folder`` what the commands work on: the seeds, and the blocks with a title."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    for name, content in TITLED.findall(document):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")


def run_shown(command: str, folder: Path) -> str:
    """What ``command`` prints in ``folder``, where ``cleaner`` is the one of this Python."""
    programs = folder / ".programs"
    programs.mkdir(exist_ok=True)
    program = programs / "cleaner"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cleaner "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env={
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "NO_COLOR": "1",
            "COLUMNS": "100",
        },
    )
    return done.stdout.rstrip("\n")


def matches(shown: str, printed: str) -> bool:
    """Whether ``printed`` is what ``shown`` says, its "…" aside."""
    pattern = ""
    for line in shown.split("\n"):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.rstrip().split("…"))) + r"[ ]*\n"
    return re.fullmatch(pattern, printed + "\n") is not None
