"""Writes docs/commands.md, the reference of all commands: run ``python docs/commands.py``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from cleaner.cli import COMMANDS, cleaner
from cleaner.cli.command import CONFIGURING

TARGET = Path(__file__).with_name("commands.md")

HEAD = """\
# Commands

<!-- Written by docs/commands.py from the program itself; a test keeps it true. -->

Every command takes `-` for standard input where it reads pages, writes data to standard output
and talk to standard error, and ends with 0 (nothing found), 1 (findings) or 2 (a fault, named in
one line). Flags are keys of `cleaner.toml` and `[tool.cleaner]` without their dashes.
"""


def reference() -> str:
    """The whole page."""
    context = click.Context(cleaner, info_name="cleaner")
    parts = [HEAD]
    for title, names in COMMANDS.items():
        parts.append(f"\n## {title[0].upper()}{title[1:]}\n")
        for name, line in names.items():
            command = cleaner.get_command(context, name)
            if command is not None:
                parts += _told(command, f"cleaner {name}", line, context)
    parts.append("\n## Of every command\n\n")
    parts += _table(CONFIGURING)
    return "".join(parts)


def _told(command: click.Command, name: str, line: str, context: click.Context) -> Iterator[str]:
    """The section of a command, and those of the commands in it."""
    own = click.Context(command, context, info_name=name.rpartition(" ")[2])
    usage = " ".join(command.collect_usage_pieces(own))
    yield f"\n### {name}\n\n"
    if line:
        yield f"{line}\n\n"
    yield f"```\n{name} {usage}\n```\n\n{_prose(command.help or '')}"
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        yield "\n"
        yield from _table(options)
    if isinstance(command, click.Group):
        for inner in command.list_commands(own):
            below = command.get_command(own, inner)
            if below is not None:
                yield from _told(below, f"{name} {inner}", "", own)


def _prose(text: str) -> str:
    """A help text as Markdown: what click leaves as it stands is a block of code."""
    told = []
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):
            title, _, block = paragraph.removeprefix("\b\n").partition("\n")
            told.append(f"{title}\n\n```console\n{inspect.cleandoc(block)}\n```\n")
        else:
            told.append(" ".join(paragraph.split()) + "\n")
    return "\n".join(told)


def _table(options: object) -> Iterator[str]:
    """The options as a table."""
    yield "| flag | what it does |\n|---|---|\n"
    assert isinstance(options, list | tuple)
    for option in options:
        flags = ", ".join(f"`{flag}`" for flag in (*option.opts, *option.secondary_opts))
        value = "" if option.is_flag else f" {_value(option)}"
        default = f" Default: `{option.default}`." if option.show_default else ""
        told = (option.help or "").replace("|", "\\|")
        yield f"| {flags}{value} | {told}{default} |\n"


def _value(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return " \\| ".join(map(str, option.type.choices))
    return option.metavar or option.type.name.upper()


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
