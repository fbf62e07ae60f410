"""An entry: one page as it stands in a file, with what is needed to write it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from cleaner.corpus.sources import Source
from cleaner.model import Page

if TYPE_CHECKING:
    from cleaner.stories.cut import Edit
    from cleaner.text.decode import Decoded

MAX_PAGE_BYTES = 64 << 20
"""A page above this size is set aside: one page is held in memory about thirty times over."""


MAX_PAGE_LINES = 1_000_000
"""A page of more lines than this is set aside, for the same reason."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How input is read: ``encoding`` overrides detection, ``errors`` says what becomes of bytes
    that cannot be decoded (keep, replace, strict); ``field`` and ``id_field`` name the fields of
    a record that hold its text and its id; ``site_field`` the one whose pages share furniture
    (a URL counts by its host). With ``html`` the text of a record is the markup of a page;
    ``largest_page`` is the bytes that one page may have."""

    encoding: str | None = None
    errors: str = "replace"
    field: str = "text"
    id_field: str = "id"
    site_field: str = "url"
    html: bool = False
    largest_page: int = MAX_PAGE_BYTES


AS_USUAL = Reading()
"""How input is read when nothing else is said."""


def too_large(reading: Reading) -> str:
    """Why a page above the largest size is set aside."""
    return f"is larger than {reading.largest_page / 1e6:.0f} MB, the most one page may have"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of a file, or what stands there instead.

    ``raw`` is the entry's bytes in the file (decompressed). ``page`` is None where there is no
    page to clean: then ``fault`` says why it is set aside, or is empty where the bytes simply
    pass through (a blank line, a record without text); ``kind`` names a record that is passed
    over and counted. ``place`` is its 1-based line in the file (its number, of a WARC record);
    ``decoded`` tells how its bytes were decoded. ``line`` and ``span`` are a record's line and the
    place of its text's literal in it, ``record`` its fields.
    """

    raw: bytes
    page: Page | None
    place: int
    fault: str = ""
    decoded: Decoded | None = None
    line: str = ""
    span: tuple[int, int] = (0, 0)
    record: Mapping[str, object] = field(default_factory=dict)
    kind: str = ""

    @property
    def characters(self) -> int:
        """What the entry adds to a batch: the characters of its page, and one."""
        return 1 if self.page is None else len(self.page.text) + 1


def one_page(
    stream: BinaryIO,
    source: Source,
    reading: Reading,
    first_line: int,
    page_of: Callable[[bytes, str, Reading], Entry],
) -> Iterator[Entry]:
    """The entry that ``page_of`` makes of all bytes of a file, its name and the reading; set aside
    where it is larger than a page may be."""
    raw = stream.read(reading.largest_page + 1)
    if len(raw) > reading.largest_page:
        yield Entry(b"", None, first_line, too_large(reading))
    else:
        yield page_of(raw, source.name, reading)


class Format(Protocol):
    """What a module of ``corpus/formats`` offers."""

    def read(
        self, stream: BinaryIO, source: Source, reading: Reading, first_line: int
    ) -> Iterator[Entry]:
        """The entries of a stream that starts at line ``first_line`` of the source."""

    def write(self, entry: Entry, text: str) -> bytes:
        """The bytes of the entry with the cleaned ``text`` for its page's text."""

    def trace(self, entry: Entry) -> dict[str, object]:
        """What ``restore`` needs besides the edits of an entry with a page, as JSON."""

    def restore(self, written: bytes, trace: dict[str, object], edits: Sequence[Edit]) -> bytes:
        """The entry's own bytes, from what ``write`` wrote, its trace and the edits."""
