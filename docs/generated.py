"""Adds to the site, while it is built, the pages and figures that are made from the program itself.

MkDocs calls ``on_files`` (see mkdocs.yml). What is made here is in no file, so it cannot be stale:
the page of all rules, the measured figures (benchmarks/RESULTS.md), and the drawings.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from drawings import banding, flow, sampling  # noqa: E402

from cleaner.noise.cards import as_markdown  # noqa: E402
from cleaner.noise.rules import shipped_rules  # noqa: E402


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The files of the site, with those that are made now."""
    results = HERE.parent / "benchmarks" / "RESULTS.md"
    for name, content in (
        ("rules.md", as_markdown(shipped_rules().rules)),
        ("figures.md", results.read_text("utf-8")),
        ("how/flow.svg", flow()),
        ("how/banding.svg", banding()),
        ("how/sampling.svg", sampling()),
    ):
        files.append(File.generated(config, name, content=content))
    return files
