"""Options that mean the same in every command: how input is read, cleaned and matched.

A bundle decorates a command with its options. They do not become arguments of the command: they
are kept with the click context, and the ``chosen_...`` function of the bundle makes of them what
the rooms below take.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cleaner.cli.command import setting
from cleaner.cli.config import PageOption
from cleaner.cli.suggest import nearest
from cleaner.duplicates.relations import DEFAULTS
from cleaner.model import LABELS, RELATIONS, CleanerError

if TYPE_CHECKING:
    from cleaner.corpus.entries import Reading
    from cleaner.corpus.sources import Source
    from cleaner.duplicates.groups import Marking
    from cleaner.duplicates.relations import Thresholds
    from cleaner.pipeline import Cleaning

Command = TypeVar("Command", bound=Callable[..., Any])


def _keep(context: click.Context, option: click.Parameter, value: object) -> None:
    context.meta[f"cleaner.{option.name}"] = value


INPUT = (
    click.Option(
        ["--jsonl"],
        is_flag=True,
        help="Read standard input, and files of no known ending, as JSON lines.",
    ),
    click.Option(
        ["--stdin-name"],
        metavar="NAME",
        default="",
        help="Name that standard input goes by; its ending tells the format.",
    ),
)

EXCLUDE = (
    click.Option(
        ["--exclude"],
        multiple=True,
        metavar="GLOB",
        help='Leave out files and folders whose name or path fits; `*` stands for "/" too.',
    ),
)

READING = (
    PageOption(
        ["--encoding"],
        metavar="NAME",
        help="Encoding of the input, when detection is wrong.",
    ),
    PageOption(
        ["--errors"],
        type=click.Choice(["keep", "replace", "strict"]),
        default="replace",
        show_default=True,
        help="What becomes of bytes that cannot be decoded.",
    ),
    PageOption(
        ["--field"],
        default="text",
        show_default=True,
        metavar="NAME",
        help="Field of a record that holds its text.",
    ),
    PageOption(
        ["--html"],
        is_flag=True,
        help="That field holds HTML; its cleaned text takes its place.",
    ),
    PageOption(
        ["--id", "id_field"],
        default="id",
        show_default=True,
        metavar="NAME",
        help="Field of a record that names it.",
    ),
    PageOption(
        ["--site", "site_field"],
        default="url",
        show_default=True,
        metavar="NAME",
        help="Field whose pages share furniture; of a URL, its host.",
    ),
)

JUDGING = (
    PageOption(
        ["--rules"],
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        multiple=True,
        metavar="FILE",
        help="Rules of your own (TOML), beside the shipped ones.",
    ),
    PageOption(
        ["--furniture"],
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        multiple=True,
        metavar="FILE",
        help="Lines that the pages of a site share (`cleaner learn` writes them).",
    ),
)

CLEANING = (
    PageOption(
        ["--profile"],
        type=click.Choice(["body", "editorial"]),
        default="body",
        show_default=True,
        help="Keep the body alone, or captions, bylines and credits too.",
    ),
    PageOption(
        ["--keep"],
        metavar="LABELS",
        default="",
        help="Labels that stay, divided by commas (see `cleaner rules`).",
    ),
    PageOption(
        ["--remove"],
        type=click.Choice(["sure", "suspects"]),
        default="sure",
        show_default=True,
        help="Remove what is sure, or also what is only suspect.",
    ),
    *JUDGING,
    PageOption(["--mend/--no-mend"], default=True, help="Join broken paragraphs."),
    PageOption(["--split/--no-split"], default=True, help="Tell the stories of a page apart."),
    PageOption(
        ["--to"],
        metavar="SCRIPT",
        help="Write in simplified, traditional, taiwan, hongkong or an OpenCC configuration.",
    ),
    PageOption(["--phrases"], is_flag=True, help="With --to: regional words, too."),
    PageOption(
        ["--dictionary"],
        type=click.Choice(["opencc", "classic"]),
        default="opencc",
        show_default=True,
        help="Dictionaries for --to: OpenCC's own, or the older classic ones.",
    ),
    PageOption(
        ["--repair"],
        is_flag=True,
        help="Put right what a character table left in Traditional (干部 for 幹部).",
    ),
    PageOption(
        ["--punctuation"],
        type=click.Choice(["keep", "full"]),
        default="keep",
        show_default=True,
        help="Write , ; : ? ! between Chinese characters in full width.",
    ),
)


def _share(name: str, told: str) -> click.Option:
    share = click.FloatRange(0, 1, min_open=True)
    usual = getattr(DEFAULTS, name)
    return click.Option(
        [f"--{name}"], type=share, default=usual, show_default=True, metavar="SHARE", help=told
    )


AGAINST = (
    click.Option(
        ["--against"],
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        metavar="INDEX",
        help="An index of stories seen before (`cleaner index`): copies of them are told, too.",
    ),
)

THRESHOLDS = (
    _share("near", "Jaccard from which stories are near-copies."),
    _share("contained", "Share of a story that must stand in a longer one."),
    _share("overlap", "Share from which stories overlap."),
)

MATCHING = (
    *THRESHOLDS,
    click.Option(
        ["--keep-policy"],
        default="longest",
        show_default=True,
        metavar="POLICY",
        help="Which copy is kept: longest, first, earliest, cleanest or source=A,B.",
    ),
)


DROPPING = (
    click.Option(["--drop-duplicates"], is_flag=True, help="Leave out what is a copy."),
    click.Option(
        ["--relations"],
        default="exact,near,contained",
        show_default=True,
        metavar="NAMES",
        help="Relations that make a copy, divided by commas.",
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


def chosen_sources(
    inputs: Sequence[str], stdin_format: str = "text", exclude: Sequence[str] = ()
) -> list[Source]:
    """The sources that a pipe command reads: those named and not in ``exclude``, or standard input.

    Standard input has ``stdin_format`` where no name that the user gives it says otherwise.
    """
    from cleaner.corpus.inputs import named_sources

    return named_sources(
        inputs,
        records=setting("jsonl"),
        stdin_name=setting("stdin_name"),
        stdin_format=stdin_format,
        exclude=exclude,
    )


def chosen_reading(path: Path | None = None) -> Reading:
    """How the command at hand reads its input, or the file ``path``.

    Raises CleanerError for an encoding that is none: records, which say theirs, never ask for it.
    """
    from cleaner.corpus.entries import Reading

    if encoding := setting("encoding", path):
        from cleaner.text.decode import given_encoding

        given_encoding(b"", encoding)
    return Reading(
        encoding=encoding,
        errors=setting("errors", path),
        field=setting("field", path),
        id_field=setting("id_field", path),
        site_field=setting("site_field", path),
        html=setting("html", path),
    )


def chosen_cleaning(path: Path | None = None) -> Cleaning:
    """How the command at hand cleans pages, or those of the file ``path``.

    Raises CleanerError for a label that is none.
    """
    from cleaner.pipeline import PROFILES, Cleaning

    asked = words(setting("keep", path))
    for name in asked:
        if name not in LABELS:
            near = nearest(name, LABELS) or f"; the labels are {', '.join(LABELS)}"
            raise CleanerError(f"--keep {name}: no such label{near}")
    return Cleaning(
        rules=tuple(setting("rules", path)),
        furniture=tuple(setting("furniture", path)),
        keep=PROFILES[setting("profile", path)] | frozenset(asked),
        remove_suspects=setting("remove", path) == "suspects",
        mend=setting("mend", path),
        split=setting("split", path),
        to=setting("to", path),
        phrases=setting("phrases", path),
        dictionary=setting("dictionary", path),
        repair=setting("repair", path),
        punctuation=setting("punctuation", path),
    )


def chosen_thresholds() -> Thresholds:
    """Where the relations begin for the command at hand."""
    return replace(DEFAULTS, **{str(one.name): setting(str(one.name)) for one in THRESHOLDS})


def chosen_marking() -> Marking:
    """How the command at hand marks duplicates.

    Raises CleanerError for a relation or a policy that is none.
    """
    from cleaner.duplicates.groups import Marking, rank_by

    rank_by(setting("keep_policy"), ())
    return Marking(
        chosen_thresholds(), setting("keep_policy"), chosen_relations(setting("relations"))
    )


def chosen_relations(listed: str) -> frozenset[str]:
    """The relations in a list divided by commas; raises CleanerError for a name that is none."""
    for name in words(listed):
        if name not in RELATIONS:
            near = nearest(name, RELATIONS) or f"; the relations are {', '.join(RELATIONS)}"
            raise CleanerError(f"--relations {name}: no such relation{near}")
    return frozenset(words(listed))


def words(listed: str) -> list[str]:
    """The words of a list divided by commas."""
    return [word.strip() for word in listed.split(",") if word.strip()]
