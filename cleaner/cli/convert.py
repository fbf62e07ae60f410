"""``cleaner convert``: text and records in another Chinese script, as they arrive."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.command import Command, setting
from cleaner.cli.options import INPUT, READING, chosen_reading, chosen_sources, with_options
from cleaner.cli.talk import TALK, end_with, tell_fault, tell_more
from cleaner.model import CleanerError

if TYPE_CHECKING:
    from cleaner.corpus.entries import Reading
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.sources import Source
    from cleaner.text.width import Rewrite

CHUNK = 1 << 18
"""Bytes read at once from a file."""

Rewriter = Callable[[str], tuple[str, "tuple[Rewrite, ...]"]]


@click.command("convert", cls=Command)
@click.argument("inputs", nargs=-1, metavar="[FILE]...")
@click.option(
    "--to",
    metavar="SCRIPT",
    help="simplified, traditional, taiwan, hongkong, or an OpenCC configuration such as s2twp.",
)
@click.option("--phrases", is_flag=True, help="Change the words of the region, too.")
@click.option(
    "--dictionary",
    type=click.Choice(["opencc", "classic"]),
    default="opencc",
    show_default=True,
    help="OpenCC's current dictionaries, or those of opencc-python-reimplemented.",
)
@click.option(
    "--repair", is_flag=True, help="First mend what a character table left (干部 for 幹部)."
)
@click.option("--tidy", is_flag=True, help="NFC, ASCII letters and digits, nothing invisible.")
@click.option(
    "--punctuation",
    type=click.Choice(["keep", "full"]),
    default="keep",
    show_default=True,
    help="Write , ; : ? ! between Chinese characters in full width.",
)
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write (.txt .jsonl .csv .parquet, with .gz or .zst); else standard output.",
)
@with_options(INPUT, READING, TALK)
def command(
    inputs: tuple[str, ...],
    to: str | None,
    phrases: bool,
    dictionary: str,
    repair: bool,
    tidy: bool,
    punctuation: str,
    out: Path | None,
) -> None:
    """Convert FILE..., or standard input, to another Chinese script.

    Text goes out line by line as it comes in, in UTF-8 and with the line ends it had; of records
    (JSON lines, CSV, Parquet) only the text changes. URLs and mail addresses stay. `traditional`
    is OpenCC's own standard (爲, 裏); `taiwan` and `hongkong` write what is printed there.
    Text that is Traditional already has nothing to gain from these three.

    \b
    Examples:
      cleaner convert --to simplified < page.txt
      cleaner convert --to taiwan --phrases pages.jsonl -o taiwan.jsonl
      cleaner convert --repair badly-converted.txt
    """
    rewriters = _rewriters(repair, tidy, punctuation)
    if to is None and not rewriters:
        raise click.UsageError(
            "say what to do: --to SCRIPT, --repair, --tidy or --punctuation full"
        )
    converted = _converter(to, phrases, dictionary)
    counts: Counter[str] = Counter()

    def rewrite(text: str) -> str:
        for rewriter in rewriters:
            text, rewrites = rewriter(text)
            counts.update(found.rule for found in rewrites)
        return converted(text)

    sources = chosen_sources(inputs)
    if out is None and all(source.format == "text" for source in sources):
        faults = _convert_texts(sources, rewrite, by_page=repair)
    else:
        faults = _convert_records(sources, rewrite, out)
    for rule, count in sorted(counts.items()):
        tell_more(f"{rule}: {count:,} rewritten")
    end_with(faults)


def _rewriters(repair: bool, tidy: bool, punctuation: str) -> list[Rewriter]:
    rewriters: list[Rewriter] = []
    if repair:
        from cleaner.text.repair import repair as repaired

        rewriters.append(repaired)
    if tidy or punctuation == "full":
        from cleaner.text import width

        rewriters += [width.tidy] if tidy else []
        rewriters += [width.full_punctuation] if punctuation == "full" else []
    return rewriters


def _converter(to: str | None, phrases: bool, dictionary: str) -> Callable[[str], str]:
    from cleaner.text.script import configuration, convert

    if to is None:
        if phrases:
            raise click.UsageError("--phrases needs --to")
        return str
    name = configuration(to, phrases, dictionary)  # a wrong name is told before any input is read
    return lambda text: convert(text, name, dictionary=dictionary)


def _convert_texts(sources: list[Source], rewrite: Callable[[str], str], by_page: bool) -> Faults:
    """Writes texts to standard output line by line as they come; what could not be read.

    ``by_page`` reads a whole page first: a bad conversion shows only there.
    """
    from cleaner.corpus.faults import Fault, Faults
    from cleaner.corpus.inputs import is_stdin
    from cleaner.corpus.streams import open_for_reading

    faults = Faults()
    for source in sources:
        reading = chosen_reading(source.path)
        try:
            if is_stdin(source):
                arriving = getattr(sys.stdin.buffer, "read1", sys.stdin.buffer.read)
                _pass(_chunks(arriving), rewrite, reading, by_page)
            else:
                with open_for_reading(source.path, source.compression) as stream:
                    _pass(_chunks(stream.read), rewrite, reading, by_page)
        except (CleanerError, OSError) as fault:
            if isinstance(fault, BrokenPipeError):
                raise
            why = fault if isinstance(fault, CleanerError) else f"cannot be read ({fault.strerror})"
            tell_fault(faults, Fault(source.name, 0, str(why)))
    return faults


def _chunks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """What ``read`` gives, to the end; of standard input what has arrived, and no more awaited."""
    while chunk := read(CHUNK):
        yield chunk


def _pass(
    chunks: Iterator[bytes], rewrite: Callable[[str], str], reading: Reading, by_page: bool
) -> None:
    from cleaner.text.stream import StreamDecoder

    decoder = StreamDecoder(reading.encoding, reading.errors)
    held: list[str] = []
    for chunk in chunks:
        text = decoder.feed(chunk)
        if by_page:
            held.append(text)
        elif text:
            _write(rewrite(text))
    _write(rewrite("".join((*held, decoder.close()))))
    if decoder.bad:
        tell_more(f"{decoder.bad:,} bytes could not be decoded")


def _write(text: str) -> None:
    """UTF-8 on standard output; with ``--errors keep`` undecodable bytes as they were."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _convert_records(
    sources: list[Source], rewrite: Callable[[str], str], out: Path | None
) -> Faults:
    """Writes records with their text converted; what could not be read."""
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.inputs import arrivals
    from cleaner.corpus.sinks import open_sink

    faults = Faults()
    with open_sink(out, sources, sys.stdout.buffer, setting("field")) as sink:
        reading_of = {source: chosen_reading(source.path) for source in sources}.__getitem__
        for batch in arrivals(sources, reading_of, sys.stdin.buffer):
            for arrival in batch:
                if arrival.entry.page is not None:
                    sink.write(arrival, rewrite(arrival.entry.page.text))
                elif arrival.fault is not None:
                    sink.leave_out()
                    tell_fault(faults, arrival.fault)
                else:
                    sink.pass_by(arrival)
            sink.flush()
    return faults
