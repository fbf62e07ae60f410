"""The reference in docs/, and what holds for every command of it."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import pytest

from cleaner.cli import COMMANDS, cleaner
from cleaner.cli.command import CONFIGURING, Command
from cleaner.cli.options import CLEANING, INPUT, MATCHING, READING
from cleaner.cli.talk import TALK

ROOT = Path(__file__).parents[2]


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Each command with its name, those of groups with both names."""
    context = click.Context(cleaner, info_name="cleaner")
    for name in (name for names in COMMANDS.values() for name in names):
        command = cleaner.get_command(context, name)
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                below = command.get_command(context, inner)
                assert below is not None
                yield f"{name} {inner}", below
        elif command is not None:
            yield name, command


EVERY = list(every_command())


def test_the_reference_is_what_the_program_says() -> None:
    told = runpy.run_path(str(ROOT / "docs" / "commands.py"))["reference"]()
    written = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert written == told, "run: python docs/commands.py"


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_every_command_takes_a_configuration_and_tells_its_options(
    name: str, command: click.Command
) -> None:
    assert isinstance(command, Command)
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help


@pytest.mark.parametrize("name", sorted({name.split()[0] for name, _ in EVERY}))
def test_every_command_shows_an_example(name: str) -> None:
    command = cleaner.get_command(click.Context(cleaner), name)
    assert command is not None
    assert f"cleaner {name} " in (command.help or "").partition("Example")[2]


SHARED = [
    *CONFIGURING,
    *(option for bundle in (INPUT, READING, CLEANING, TALK, MATCHING) for option in bundle),
]
"""Options that mean the same in every command: it is enough to use them in one."""


def unused(options: Iterable[click.Parameter], calls: str) -> list[str]:
    """The options of which no flag stands in ``calls``."""
    return [
        option.opts[-1]
        for option in options
        if isinstance(option, click.Option)
        and not any(
            re.search(rf"{re.escape(flag)}\b", calls)
            for flag in (*option.opts, *option.secondary_opts)
        )
    ]


def texts_of_tests() -> list[str]:
    """The text of every file of tests."""
    return [path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))]


@pytest.mark.parametrize(("name", "command"), EVERY, ids=[name for name, _ in EVERY])
def test_every_option_of_a_command_is_used_in_a_test_of_it(
    name: str, command: click.Command
) -> None:
    word = re.compile(rf"""["'\[ ]{name.split()[0]}["' ]""")
    own = [option for option in command.params if option not in SHARED]
    assert unused(own, "\n".join(text for text in texts_of_tests() if word.search(text))) == []


def test_every_shared_option_is_used_in_a_test() -> None:
    assert unused(SHARED, "\n".join(texts_of_tests())) == []
