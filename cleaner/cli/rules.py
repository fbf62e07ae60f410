"""``cleaner rules``: the list of noise rules, the card of one, and the test of your own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import JUDGING, with_options
from cleaner.cli.suggest import nearest
from cleaner.cli.talk import counted
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from cleaner.noise.rules import Rule


@click.command("rules", cls=Command)
@click.argument("name", required=False, metavar="[NAME]")
@click.argument(
    "file",
    required=False,
    metavar="[FILE]",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--markdown", is_flag=True, help="All rules as a page of documentation.")
@with_options(JUDGING[:1])
def command(name: str | None, file: Path | None, markdown: bool) -> int:
    """List the noise rules with their labels; show rule NAME; or test the rules of FILE.

    Each rule is told with how often it was right on pages with gold labels. `cleaner rules test
    FILE` holds the rules of FILE against their own examples; the exit code is 1 if one does not
    hold.

    \b
    Examples:
      cleaner rules
      cleaner rules share-row
      cleaner rules test mine.toml
    """
    from cleaner.noise.cards import as_markdown, listing
    from cleaner.noise.rules import merge, read_rules, shipped_rules

    if name == "test":
        if file is None:
            raise CleanerError("rules test: name the file to test: cleaner rules test mine.toml")
        return _test(file)
    if file is not None:
        raise CleanerError(f"rules: {file} is one argument too many; did you mean rules test?")
    rules = merge([shipped_rules(), *map(read_rules, setting("rules"))])
    if markdown:
        click.echo(as_markdown(rules), nl=False)
    elif name is None:
        click.echo(listing(rules))
    else:
        click.echo(_card(name, rules))
    return 0


def _card(name: str, rules: Sequence[Rule]) -> str:
    """What there is to say of the rule or other reason called ``name``."""
    from cleaner.noise.cards import card
    from cleaner.noise.reasons import BY_PLACE

    for rule in rules:
        if rule.name == name:
            return card(rule)
    for reason in BY_PLACE:
        if reason.rule == name:
            told = "Told by where a line stands and among which, not by a pattern."
            return f"{name}: {reason.why}\n{told}"
    names = [*(rule.name for rule in rules), *(reason.rule for reason in BY_PLACE)]
    raise CleanerError(f"no rule is called {name}{nearest(name, names)}")


def _test(file: Path) -> int:
    from cleaner.noise.examples import broken_examples
    from cleaner.noise.rules import read_rules

    rules = read_rules(file).rules
    broken = [(rule.name, fault) for rule in rules for fault in broken_examples(rule)]
    for name, fault in broken:
        click.echo(f"{file}: {name}: {fault}")
    told = f"{counted(len(rules), 'rule')}, {counted(len(broken), 'example')}"
    click.echo(f"{told} that {'does' if len(broken) == 1 else 'do'} not hold", err=True)
    return 1 if broken else 0
