"""Writes into README and docs/ what their commands print now: ``python tests/readme_refresh.py``.

An output that holds "…" is left as it is: it was shortened by hand. Names of documents after the
command refresh those alone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from shell_blocks import FENCE, documents, lay_out, run_shown, shown_in


def refresh(page: Path) -> None:
    """Runs every command that ``page`` shows in a folder of its own, and writes what it prints."""
    document = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lay_out(document, folder)
        for block in FENCE.findall(document):
            shown_here = shown_in(f"```console\n{block}```\n")
            lines = []
            for shown in shown_here:
                printed = run_shown(shown.command, folder)
                output = shown.output if "…" in shown.output else printed
                lines += [f"$ {shown.command}", *([output] if output else [])]
            if shown_here:
                document = document.replace(block, "\n".join(lines) + "\n")
    page.write_text(document, "utf-8")


def main() -> None:
    """Refreshes the documents named on the command line, or all of them."""
    for page in map(Path, sys.argv[1:]) if sys.argv[1:] else documents():
        refresh(page)


if __name__ == "__main__":
    main()
