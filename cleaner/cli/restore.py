"""``cleaner restore``: the inputs of a run rebuilt from its output, byte for byte."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.command import Command
from cleaner.cli.options import with_options
from cleaner.cli.talk import TALK, tell, tell_more


@click.command("restore", cls=Command)
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("dest", type=click.Path(path_type=Path))
@with_options(TALK)
def command(out: Path, dest: Path) -> None:
    """Rebuild every input of the run in OUT below the new folder DEST, byte for byte.

    The digest of each file is checked. A compressed file is compressed anew: its content is what
    it was.

    \b
    Example:
      cleaner run seeds -o out
      cleaner restore out seeds-again
    """
    from cleaner.corpus.ledger import restore

    names = restore(out, dest)
    for name in names:
        tell_more(name)
    tell(f"restored {len(names)} files, every digest right")
