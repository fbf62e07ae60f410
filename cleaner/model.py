"""What flows through the house: pages, findings, stories, matches, and the one error users see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaner.text.markup import Markup

BODY_LABELS = ("content", "title", "subtitle", "section_head")
"""Labels of lines that are the story itself and always stay."""

META_LABELS = ("caption", "byline", "credit", "publish_meta", "source_credit", "tags")
"""Labels of lines about the story: out of the body, their values go into the story's fields."""

NOISE_LABELS = (
    "share_widget",
    "nav",
    "link_list",
    "seo_links",
    "copyright",
    "disclaimer",
    "contact",
    "promo_qr",
    "separator",
    "teaser",
    "comment",
    "ticker",
    "leftover",
)
"""Labels of page furniture and promotion: never part of a story."""

LABELS = BODY_LABELS + META_LABELS + NOISE_LABELS
"""Every label, in the order of their codes (``LABELS[code]``); code 0 is ``content``."""

KEEP, SUSPECT, SURE = 0, 1, 2
"""How certain a label is: stays unreported, stays and is reported, goes."""

ACTIONS = ("removed", "suspect", "joined", "split", "rewritten")
"""What a finding did to the page (``suspect`` did nothing: it only reports)."""

RELATIONS = ("exact", "near", "contained", "revision", "overlap")
"""How two stories relate, strongest first."""


DOUBTS = ("numbers", "names", "headline", "furniture")
"""What speaks against a copy: other numbers in the same places; words of the headline replaced
throughout; other headlines over one frame; what they share is shared by very many stories."""


class CleanerError(Exception):
    """A fault the user can act on: one line that says what, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Page:
    """One scraped page.

    ``name`` is its place in the corpus ("/"-separated path, or "<path>:<record id>"), ``text`` its
    decoded text with the line ends as found (lone surrogates U+DC80..U+DCFF stand for bytes that
    could not be decoded), ``site`` the folder, host or field whose pages share furniture.
    ``markup`` are the elements that its lines stand in, where it came as HTML.
    """

    name: str
    text: str
    site: str = ""
    markup: Markup | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One labelled place on a page, with its reason.

    ``line`` is 1-based; ``start`` and ``end`` are character offsets in that line; ``text`` is
    what stands there; ``rule`` names what found it, ``why`` is one sentence for the user, and
    ``action`` is one of ``ACTIONS``. ``element`` is the path of the element that the line stands
    in, on a page that came as HTML.
    """

    line: int
    start: int
    end: int
    text: str
    label: str
    rule: str
    why: str
    action: str
    element: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One cleaned story of a page.

    ``id`` is "<page>#<number>"; ``lines`` the first and last line of the page it covers (1-based,
    inclusive); ``text`` its paragraphs, one a line, the title first; ``script`` one of
    ``simplified``, ``traditional``, ``mixed``, ``neutral``; ``published`` an ISO date or None.
    ``paragraphs`` gives for each line of ``text`` the (first, last) page lines it was made of;
    ``url`` is the address that an HTML page gives as its own.
    """

    id: str
    page: str
    number: int
    lines: tuple[int, int]
    title: str | None
    text: str
    script: str
    paragraphs: tuple[tuple[int, int], ...]
    subtitle: str | None = None
    byline: str | None = None
    editor: str | None = None
    source: str | None = None
    place: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch that two stories share: line spans in their pages, and its length.

    ``a`` and ``b`` are (first, last) 1-based lines; ``chars`` counts letters and digits.
    """

    a: tuple[int, int]
    b: tuple[int, int]
    chars: int


def turned_passages(shared: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """The passages with ``a`` and ``b`` exchanged, in the order of the new ``a``."""
    turned = [Passage(one.b, one.a, one.chars) for one in shared]
    return tuple(sorted(turned, key=lambda one: (one.a, one.b, one.chars)))


@dataclass(frozen=True, slots=True)
class Match:
    """Two stories that say the same, on exact evidence.

    ``a`` and ``b`` are story ids with a < b; ``jaccard``, ``a_in_b`` and ``b_in_a`` are exact
    shares of 4-gram shingles in 0..1; ``kept`` is the id of the story that a clean corpus keeps.
    ``numbers_changed`` are numbers of a with those that b has in their place, ``numbers_same``
    how many are the same there. ``relation`` is one of ``RELATIONS``, or None for a near miss:
    told, so that a person can judge the thresholds, and nothing more. ``doubt`` says why a pair
    alike enough is no copy, one of ``DOUBTS``.
    """

    a: str
    b: str
    relation: str | None
    jaccard: float
    a_in_b: float
    b_in_a: float
    cross_script: bool
    numbers_changed: tuple[tuple[str, str], ...]
    shared: tuple[Passage, ...]
    kept: str
    numbers_same: int = 0
    doubt: str | None = None

    def turned(self) -> Match:
        """The same match with ``a`` and ``b`` exchanged."""
        return Match(
            a=self.b,
            b=self.a,
            relation=self.relation,
            jaccard=self.jaccard,
            a_in_b=self.b_in_a,
            b_in_a=self.a_in_b,
            cross_script=self.cross_script,
            numbers_changed=tuple((y, x) for x, y in self.numbers_changed),
            shared=turned_passages(self.shared),
            kept=self.kept,
            numbers_same=self.numbers_same,
            doubt=self.doubt,
        )
