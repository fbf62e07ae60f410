"""The command line: one module a command, each loaded only when it is called."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any

import click

from cleaner import __version__
from cleaner.cli.output import leave_stdout, one_line, open_streams
from cleaner.cli.suggest import nearest
from cleaner.model import CleanerError

COMMANDS: dict[str, dict[str, str]] = {
    "a corpus": {
        "run": "Clean a corpus into a folder.",
        "report": "Make the report of a run again.",
        "restore": "Rebuild the inputs of a run.",
    },
    "a pipe": {
        "clean": "Clean pages, from a pipe or files.",
        "convert": "Convert text to another Chinese script.",
        "dedup": "Flag near-duplicates among records.",
    },
    "CI and the next scrape": {
        "check": "Report what is wrong with pages, for CI and editors.",
        "index": "Keep and ask an index of stories seen before.",
        "learn": "Learn the furniture that pages of a site share.",
    },
    "a closer look": {
        "explain": "Show what each line of a page is, and why.",
        "stories": "List the stories of pages.",
        "inspect": "Tell encoding, script and oddities of files.",
        "compare": "Lay two pages side by side.",
        "rules": "List the rules, or test rules of your own.",
    },
}
"""The commands as ``cleaner --help`` groups them; command ``x`` is ``cleaner.cli.x:command``."""

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT, as shells count it."""


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
        command.short_help = next(
            names[cmd_name] for names in COMMANDS.values() if cmd_name in names
        )
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. A closed pipe is no fault: who closed it has what it wanted."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except BrokenPipeError:
            leave_stdout()
            ctx.exit(0)
        except OSError as error:
            leave_stdout()
            raise CleanerError(f"{error.filename or 'output'}: {error.strerror}") from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that ``args`` start with; a mistyped one is told with the nearest name."""
        known = self.list_commands(ctx)
        if args and args[0] not in known and not args[0].startswith("-"):
            ctx.fail(f"no command {args[0]!r}{nearest(args[0], known)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with one line each, by group; no command is imported for it."""
        widest = max(len(name) for name in self.list_commands(ctx))
        for title, commands in COMMANDS.items():
            with formatter.section(title[0].upper() + title[1:]):
                formatter.write_dl([(name.ljust(widest), line) for name, line in commands.items()])


def _show_completion(context: click.Context, option: click.Parameter, shell: str | None) -> None:
    """Prints the script that completes ``cleaner`` in a shell, and ends."""
    if shell is None:
        return
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    assert completion is not None
    click.echo(completion(cleaner, {}, "cleaner", "_CLEANER_COMPLETE").source())
    context.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`cleaner COMMAND --help` tells the options of a command and shows an example.",
)
@click.version_option(__version__, "-V", "--version", prog_name="cleaner")
@click.option(
    "--completion",
    type=click.Choice(["bash", "zsh", "fish"]),
    is_eager=True,
    expose_value=False,
    callback=_show_completion,
    help='Print the completion for a shell: eval "$(cleaner --completion bash)".',
)
def cleaner() -> None:
    """Clean scraped Chinese pages: noise out, stories apart, scripts right, duplicates flagged."""


def main() -> None:
    """The program ``cleaner``.

    Exit code 0: nothing found; 1: findings; 2: a fault, told in one line; 130: interrupted.
    """
    # One thread: no kernel here multiplies matrices, and starting OpenBLAS's threads takes longer
    # than the rest of numpy's import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # A batch makes some hundred thousand rows and no cycles: looking for these after every 700 new
    # objects takes a fourteenth of a run.
    gc.set_threshold(50_000)
    open_streams()
    try:
        code = cleaner.main(prog_name="cleaner", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except CleanerError as error:
        _fail(f"cleaner: {one_line(str(error))}")
    except MemoryError:
        _fail(
            "cleaner: there is not enough memory; give `run` a bound with --memory, or less input"
        )
    except click.exceptions.NoArgsIsHelpError as error:
        _fail(error.format_message())
    except click.ClickException as error:
        if isinstance(error, click.UsageError) and error.ctx is not None:
            click.echo(error.ctx.get_usage(), err=True)
        _fail(f"cleaner: {error.format_message()}")
    except click.Abort:
        _fail("cleaner: interrupted", INTERRUPTED)


def _fail(message: str, code: int = 2) -> None:
    click.echo(message, err=True)
    sys.exit(code)
