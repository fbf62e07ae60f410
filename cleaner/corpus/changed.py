"""Which files git says were changed since a revision, or are new to it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cleaner.corpus.inputs import is_stdin
from cleaner.corpus.sources import Source
from cleaner.model import CleanerError


def changed_since(revision: str, sources: Sequence[Source]) -> list[Source]:
    """Those of the sources that differ from ``revision``, or that git does not hold.

    Raises CleanerError where there is no git, no repository, or no such revision.
    """
    files = [source for source in sources if not is_stdin(source)]
    if not files:
        return []
    folder = Path(os.path.commonpath([source.path.resolve().parent for source in files]))
    top = Path(_git(folder, "rev-parse", "--show-toplevel")[0])
    _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
    names = _git(top, "diff", "--name-only", "-z", "--diff-filter=d", revision, "--")
    names += _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    changed = {os.path.realpath(top / name) for name in names}
    return [source for source in files if os.path.realpath(source.path) in changed]


def _git(folder: Path, *words: str) -> list[str]:
    """The names that git prints, each ended by NUL or a line break."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except OSError:
        raise CleanerError("--changed-since needs git; install it or name the files") from None
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().splitlines()
        why = said[-1] if said else f"no revision {words[-1].removesuffix('^{commit}')!r}"
        raise CleanerError(f"--changed-since: git in {folder}: {why}")
    return [os.fsdecode(name) for name in done.stdout.replace(b"\0", b"\n").split(b"\n") if name]
