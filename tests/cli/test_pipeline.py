"""The worked example of a shell pipeline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from small_pages import OTHER, STORY

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "pipeline"


def test_the_pipeline_cleans_converts_and_marks_copies(tmp_path: Path) -> None:
    program = tmp_path / "cleaner"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cleaner "$@"\n')
    program.chmod(0o755)
    env = {
        **os.environ,
        "PATH": os.pathsep.join([str(tmp_path), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    pages = (EXAMPLE / "pages.jsonl").read_bytes()
    done = subprocess.run(
        [EXAMPLE / "pipeline.sh"],
        input=pages,
        cwd=tmp_path,
        env=env,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2  # one line is no record
    assert done.stderr.decode().startswith("cleaner: stdin:3: not a JSON record ")
    assert (tmp_path / "rejects.jsonl").read_bytes() == pages.splitlines(keepends=True)[2]
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [(row["id"], row["text"] + "\n", row["duplicate_of"]) for row in rows] == [
        ("east-1", STORY, None),
        ("island-7", STORY, "east-1"),
        ("river-3", OTHER, None),
    ]
    given = [json.loads(line) for number, line in enumerate(pages.splitlines()) if number != 2]
    for before, after in zip(given, rows, strict=True):
        assert {**before, "text": ""} == {
            key: "" if key == "text" else after[key] for key in before
        }
