"""The command line: one module a command, each loaded only when it is called."""

from __future__ import annotations

import importlib
import sys

import click

from cleaner import __version__
from cleaner.model import CleanerError

COMMANDS: dict[str, tuple[str, ...]] = {
    "a corpus": ("run", "report", "restore"),
    "a pipe": ("clean", "convert", "dedup"),
    "CI and the next scrape": ("check", "index", "learn"),
    "a closer look": ("explain", "stories", "inspect", "compare", "rules"),
}
"""The commands as ``cleaner --help`` groups them; command ``x`` is ``cleaner.cli.x:command``."""


class LazyGroup(click.Group):
    """A group that imports the module of a command only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help text."""
        return [name for names in COMMANDS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, its module imported now; None if there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"cleaner.cli.{cmd_name}")
        command: click.Command = module.command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cleaner")
def cleaner() -> None:
    """Clean scraped Chinese pages."""


def main() -> None:
    """The program ``cleaner``: runs a command; a CleanerError is one line and exit code 2."""
    try:
        cleaner.main(standalone_mode=True)
    except CleanerError as error:
        click.echo(f"cleaner: {error}", err=True)
        sys.exit(2)
