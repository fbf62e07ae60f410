"""``cleaner inspect``: encoding, script and oddities of files."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from cleaner.cli.command import Command
from cleaner.cli.options import INPUT, READING, chosen_reading, chosen_sources, with_options
from cleaner.cli.talk import end_with, tell_fault

if TYPE_CHECKING:
    from cleaner.text.decode import Decoded
    from cleaner.text.inspection import Inspection

HOW = {
    "bom": "its byte order mark says so",
    "strict": "all of it is valid",
    "hz": "ASCII with the escapes of HZ",
    "parity": "the high bytes of Chinese stand at every second place",
    "detector": "it looks most like this",
    "lines": "decided line by line: it is damaged or mixes encodings",
    "given": "as you said",
}
"""How an encoding was decided, in words; the keys are those of ``Decoded.how``."""
SHOWN = 8
"""Places of one kind that are shown; --json tells them all."""


@click.command("inspect", cls=Command)
@click.argument("inputs", nargs=-1, metavar="[FILE]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a page, with every place.")
@with_options(INPUT, READING)
def command(inputs: tuple[str, ...], as_json: bool) -> None:
    """Tell of each page in FILE..., or on standard input, how it was decoded and what it is like.

    That is its encoding and how that was decided, bytes that cannot be decoded, the script of the
    page and of its lines, characters in odd width or invisible, and signs that it was converted
    badly or read in a wrong encoding. The exit code is 1 where something is wrong with a page
    (undecodable bytes, lost text, a bad conversion, a wrong encoding), and 2 where one cannot be
    read.

    \b
    Examples:
      cleaner inspect pages/*.txt
      cleaner inspect --json < page.txt
    """
    from cleaner.corpus.faults import Faults
    from cleaner.corpus.inputs import arrivals, place_of
    from cleaner.text.inspection import inspect_text

    wrong, faults = False, Faults()
    sources = chosen_sources(inputs)
    reading_of = {source: chosen_reading(source.path) for source in sources}.__getitem__
    for batch in arrivals(sources, reading_of, sys.stdin.buffer):
        for arrival in batch:
            if arrival.fault is not None:
                tell_fault(faults, arrival.fault)
            if arrival.entry.page is None:
                continue
            name, decoded = place_of(arrival.source, arrival.entry.place), arrival.entry.decoded
            seen = inspect_text(arrival.entry.page.text)
            wrong |= bool(seen.lost or seen.wrong_forms or seen.mojibake)
            wrong |= decoded is not None and bool(decoded.bad)
            if as_json:
                click.echo(json.dumps(_told(name, decoded, seen), ensure_ascii=False))
            else:
                click.echo("\n".join(_lines(name, decoded, seen)))
    end_with(faults)
    if wrong:
        sys.exit(1)


def _told(name: str, decoded: Decoded | None, seen: Inspection) -> dict[str, Any]:
    """Everything, as JSON."""
    told: dict[str, Any] = {"page": name}
    if decoded is not None:
        told |= {
            "encoding": decoded.encoding,
            "how": decoded.how,
            "confidence": round(decoded.confidence, 3),
            "bom": decoded.bom,
            "bad": [{"offset": at, "bytes": stuff.hex()} for at, stuff in decoded.bad],
            "parts": [
                {"first": run.first_byte, "last": run.last_byte, "encoding": run.encoding}
                for run in decoded.runs
            ],
        }
    return told | {
        "script": seen.script,
        "simplified": seen.simplified,
        "traditional": seen.traditional,
        "lines": [run._asdict() for run in seen.runs],
        "untidy": seen.untidy,
        "half_width": seen.half_width,
        "private": seen.private,
        "lost": seen.lost,
        "bad_conversion": [found._asdict() for found in seen.wrong_forms],
        "mojibake": [found._asdict() for found in seen.mojibake],
    }


def _lines(name: str, decoded: Decoded | None, seen: Inspection) -> Iterator[str]:
    """What a person wants to know, a line each."""
    yield name
    if decoded is not None:
        yield _row("encoding", f"{decoded.encoding} ({HOW[decoded.how]}){_sure(decoded)}")
        if len(decoded.runs) > 1:
            parts = [f"{run.encoding} from byte {run.first_byte:,}" for run in decoded.runs]
            yield _row("", _some(parts))
        if decoded.bad:
            places = [f"{stuff.hex(' ')} at {at:,}" for at, stuff in decoded.bad]
            count = sum(len(stuff) for _, stuff in decoded.bad)
            yield _row("bad bytes", f"{count:,}: {_some(places)}")
    counts = f"{seen.simplified:,} simplified, {seen.traditional:,} traditional characters"
    yield _row("script", f"{seen.script} ({counts})")
    if len(seen.runs) > 1:
        yield _row("", _some([f"{_span(run.first, run.last)} {run.script}" for run in seen.runs]))
    odd = [f"{count:,} {rule}" for rule, count in seen.untidy.items()]
    odd += [f"{seen.half_width:,} half-width marks in Chinese"] if seen.half_width else []
    odd += [f"{seen.private:,} of private use"] if seen.private else []
    if odd:
        yield _row("odd", ", ".join(odd))
    if seen.lost:
        yield _row("lost text", f"{seen.lost:,} places (U+FFFD and the like)")
    if seen.wrong_forms:
        forms = Counter(f"{found.before} for {found.after}" for found in seen.wrong_forms)
        shown = [f"{form} ×{count}" for form, count in forms.most_common()]
        yield _row("converted", f"badly, {forms.total():,} places: {_some(shown)}")
    if seen.mojibake:
        shown = [
            f"line {m.line}: {m.was} read as {m.read_as}: {m.text[:20]}" for m in seen.mojibake
        ]
        yield _row("misread", _some(shown))


def _sure(decoded: Decoded) -> str:
    sure = f", {decoded.confidence:.0%} sure" if decoded.confidence < 1 else ""
    return sure + (", with a byte order mark" if decoded.bom else "")


def _span(first: int, last: int) -> str:
    return f"lines {first}-{last}" if last > first else f"line {first}"


def _some(shown: list[str]) -> str:
    more = f" and {len(shown) - SHOWN:,} more" if len(shown) > SHOWN else ""
    return ", ".join(shown[:SHOWN]) + more


def _row(title: str, told: str) -> str:
    return f"  {title:<10} {told}"
