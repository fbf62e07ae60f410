"""Writes into the README what its commands print now: ``python tests/readme_refresh.py``.

An output that holds "…" is left as it is: it was shortened by hand.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from shell_blocks import FENCE, run_shown, shown_in

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Runs every command of the README in a folder with the seeds, and writes what it prints."""
    readme = ROOT / "README.md"
    document = readme.read_text("utf-8")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(ROOT / "seeds", folder / "seeds")
        for block in FENCE.findall(document):
            lines = []
            for shown in shown_in(f"```console\n{block}```\n"):
                printed = run_shown(shown.command, folder)
                output = shown.output if "…" in shown.output else printed
                lines += [f"$ {shown.command}", *([output] if output else [])]
            document = document.replace(block, "\n".join(lines) + "\n")
    readme.write_text(document, "utf-8")


if __name__ == "__main__":
    main()
