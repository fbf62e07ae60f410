"""Options that mean the same in every command: how input is read, cleaned and matched.

A bundle decorates a command with its options. They do not become arguments of the command: they
are kept with the click context, and the ``chosen_...`` function of the bundle makes of them what
the rooms below take.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cleaner.model import LABELS, CleanerError

if TYPE_CHECKING:
    from cleaner.corpus.entries import Reading
    from cleaner.pipeline import Cleaning

Command = TypeVar("Command", bound=Callable[..., Any])


def _keep(context: click.Context, option: click.Parameter, value: object) -> None:
    context.meta[f"cleaner.{option.name}"] = value


def _kept(name: str) -> Any:
    return click.get_current_context().meta[f"cleaner.{name}"]


READING = (
    click.Option(
        ["--encoding"],
        metavar="NAME",
        help="Encoding of the input, when detection is wrong.",
    ),
    click.Option(
        ["--errors"],
        type=click.Choice(["keep", "replace", "strict"]),
        default="replace",
        show_default=True,
        help="What becomes of bytes that cannot be decoded.",
    ),
    click.Option(
        ["--field"],
        default="text",
        show_default=True,
        metavar="NAME",
        help="Field of a record that holds its text.",
    ),
    click.Option(
        ["--id", "id_field"],
        default="id",
        show_default=True,
        metavar="NAME",
        help="Field of a record that names it.",
    ),
    click.Option(
        ["--site", "site_field"],
        default="url",
        show_default=True,
        metavar="NAME",
        help="Field whose pages share furniture; of a URL, its host.",
    ),
)

CLEANING = (
    click.Option(
        ["--profile"],
        type=click.Choice(["body", "editorial"]),
        default="body",
        show_default=True,
        help="Keep the body alone, or captions, bylines and credits too.",
    ),
    click.Option(
        ["--keep"],
        metavar="LABELS",
        default="",
        help="Labels that stay, divided by commas (see `cleaner rules`).",
    ),
    click.Option(
        ["--remove"],
        type=click.Choice(["sure", "suspects"]),
        default="sure",
        show_default=True,
        help="Remove what is sure, or also what is only suspect.",
    ),
    click.Option(
        ["--rules"],
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        multiple=True,
        metavar="FILE",
        help="Rules of your own (TOML), beside the shipped ones.",
    ),
    click.Option(["--mend/--no-mend"], default=True, help="Join broken paragraphs."),
    click.Option(["--split/--no-split"], default=True, help="Tell the stories of a page apart."),
    click.Option(
        ["--to"],
        metavar="SCRIPT",
        help="Write in simplified, traditional, taiwan, hongkong or an OpenCC configuration.",
    ),
    click.Option(["--phrases"], is_flag=True, help="With --to: regional words, too."),
    click.Option(
        ["--dictionary"],
        type=click.Choice(["opencc", "classic"]),
        default="opencc",
        show_default=True,
        help="Dictionaries for --to: OpenCC's own, or the older classic ones.",
    ),
)


def with_options(*bundles: tuple[click.Option, ...]) -> Callable[[Command], Command]:
    """Decorates a command with the options of ``bundles``."""

    def decorate(command: Command) -> Command:
        declared = getattr(command, "__click_params__", None)
        if declared is None:
            declared = command.__click_params__ = []  # type: ignore[attr-defined]
        for bundle in reversed(bundles):
            for option in reversed(bundle):
                option.expose_value = False
                option.callback = _keep
                declared.append(option)
        return command

    return decorate


def chosen_reading() -> Reading:
    """How the command at hand reads its input."""
    from cleaner.corpus.entries import Reading

    return Reading(
        encoding=_kept("encoding"),
        errors=_kept("errors"),
        field=_kept("field"),
        id_field=_kept("id_field"),
        site_field=_kept("site_field"),
    )


def chosen_cleaning() -> Cleaning:
    """How the command at hand cleans pages. Raises CleanerError for a label that is none."""
    from cleaner.pipeline import PROFILES, Cleaning

    asked = [name.strip() for name in _kept("keep").split(",") if name.strip()]
    for name in asked:
        if name not in LABELS:
            raise CleanerError(f"--keep {name}: no such label; the labels are {', '.join(LABELS)}")
    return Cleaning(
        rules=tuple(_kept("rules")),
        keep=PROFILES[_kept("profile")] | frozenset(asked),
        remove_suspects=_kept("remove") == "suspects",
        mend=_kept("mend"),
        split=_kept("split"),
        to=_kept("to"),
        phrases=_kept("phrases"),
        dictionary=_kept("dictionary"),
    )
