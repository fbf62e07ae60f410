"""``report.html``: the facts of a run as one page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cleaner.corpus.streams import whole_file
from cleaner.model import BODY_LABELS
from cleaner.report.charts import Histogram, Tick, bars, histogram, proportions
from cleaner.report.facts import LENGTHS, Facts, gather
from cleaner.report.island import as_json, beside_pieces, main_island, options_told, page_pieces
from cleaner.report.pages import SHARE_BINS
from cleaner.report.pairs import KINDS, SCORE_BINS
from cleaner.report.words import LANGUAGES, Value, fill, words_in

REPORT = "report.html"

SCORE_STEP = 4
"""Bins of scores that make one column of the chart."""

RULES_DRAWN = 12
"""Rules in the chart of rules."""


def write_report(out: Path, language: str | None = None) -> Path:
    """Writes the report on the run in ``out`` beside its files, and says where.

    ``language`` is one of ``LANGUAGES``; None leaves the choice to the reader's browser. The same
    files give the same bytes. Raises CleanerError for a folder that holds no finished run.
    """
    facts = gather(out)
    path = out / REPORT
    with whole_file(path) as stream:
        for part in render(facts, language):
            stream.write(part.encode())
    return path


def render(facts: Facts, language: str | None) -> Iterator[str]:
    """The page, part by part."""
    folder = files(__package__) / "templates"
    style = Markup((folder / "style.css").read_text("utf-8"))
    script = Markup(_script(folder / "script"))
    page = _environment(language or LANGUAGES[0]).get_template("report.html")
    return page.generate(
        facts=facts,
        language=language or LANGUAGES[0],
        policy=policy(style, script),
        style=style,
        script=script,
        island=as_json(main_island(facts, language)),
        page_pieces=(as_json(piece) for piece in page_pieces(facts)),
        beside_pieces=(as_json(piece) for piece in beside_pieces(facts)),
        figures=figures(facts),
        duplicates=sentence_on_duplicates(facts),
        charts=_charts(facts),
        options=options_told(facts.run),
    )


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy of the page: this style, this script, and nothing else.

    No inline exception and no origin stands in it, so text of a page that somehow became markup
    could neither run nor load anything; trusted types keep our own script from making markup of
    text at all.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_digest(script)}'",
            f"style-src '{_digest(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _script(folder: Traversable) -> str:
    """The files of the script as one, in a scope of their own."""
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".js"))
    parts = [(folder / name).read_text("utf-8") for name in names]
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


def _environment(language: str) -> Environment:
    words = words_in(language)

    def say(key: str, values: Mapping[str, Value] | None = None) -> Markup:
        """A word of the report that the script can turn into the other language."""
        text = fill(words[key], values or {})
        told = Markup(' data-v="{}"').format(str(as_json(values))) if values else Markup("")
        return Markup('<span data-t="{}"{}>{}</span>').format(key, told, text)

    environment = Environment(
        loader=PackageLoader("cleaner.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["say"] = say
    environment.globals["words"] = words
    environment.filters["percent"] = percent
    return environment


def sentence_on_duplicates(facts: Facts) -> tuple[str, dict[str, Value]]:
    """The key and the values of the sentence that says how many stories say the same."""
    pairs, cross = sum(facts.counts("duplicates").values()), facts.pairs.cross_script
    if not pairs:
        return "hero.no_duplicates", {}
    if not cross:
        return "hero.duplicates_plain", {"n": pairs}
    if cross == pairs:
        return "hero.duplicates_cross", {"n": pairs}
    return "hero.duplicates", {"n": pairs, "cross": cross}


def percent(share: float) -> str:
    """A share of 0..1 as it is read: one place, and never a rounded 100 or 0.

    >>> percent(0.1894), percent(0.99996), percent(0.0), percent(1.0)
    ('18.9 %', '99.9 %', '0 %', '100 %')
    """
    if share in (0, 1):
        return f"{share:.0%}".replace("%", " %")
    return f"{min(max(share * 100, 0.1), 99.9):.1f} %"


def figures(facts: Facts) -> dict[str, int | str]:
    """The figures of the overview, by the name of their words; those that are often 0 if not."""
    told: dict[str, int | str] = {
        "pages": facts.count("pages"),
        "stories": facts.count("stories"),
        "characters_in": facts.count("characters_in"),
        "characters_out": facts.count("characters_out"),
        "noise_share": percent(facts.noise_share),
        "removed": sum(facts.counts("removed").values()),
        "suspect": sum(facts.counts("suspect").values()),
        "joined": facts.count("actions", "joined"),
        "split": facts.count("actions", "split"),
        "rewritten": facts.count("actions", "rewritten"),
        "duplicates": sum(facts.counts("duplicates").values()),
        "near_misses": facts.count("near_misses"),
    }
    seldom = {"bad_bytes": facts.count("bad_bytes"), "set_aside": len(facts.run["set_aside"])}
    return told | {name: value for name, value in seldom.items() if value}


def _charts(facts: Facts) -> dict[str, object]:
    """Every chart of the overview."""
    by_label: dict[str, dict[str, int]] = {}
    for action in ("removed", "suspect"):
        for label, count in facts.counts(action).items():
            if label not in BODY_LABELS:  # a doubt about text that is no noise
                by_label.setdefault(label, {})[action] = count
    by_rule = {
        rule.rule: {
            "removed": rule.actions.get("removed", 0),
            "suspect": rule.actions.get("suspect", 0),
        }
        for rule in facts.rules
    }
    return {
        "by_label": bars(by_label, len(by_label)),
        "by_rule": bars(by_rule, RULES_DRAWN),
        "rules": len(by_rule),
        "encodings": proportions(facts.counts("encodings")),
        "scripts": proportions(facts.counts("scripts")),
        "relations": proportions(facts.counts("duplicates")),
        "shares": _shares_chart(facts),
        "lengths": _lengths_chart(facts),
        "scores": _scores_chart(facts),
    }


def _shares_chart(facts: Facts) -> Histogram:
    edges = [f"{100 * i // SHARE_BINS} %" for i in range(SHARE_BINS + 1)]
    ticks = [Tick(at, f"{at} %") for at in (0, 20, 40, 60, 80, 100)]
    return histogram(edges, {"pages": facts.pages.shares}, ticks)


def _lengths_chart(facts: Facts) -> Histogram:
    edges = ["0", *(f"{edge:,}" for edge in LENGTHS), "∞"]
    width = 100 / (len(edges) - 1)
    named = [str(edge) if edge < 1000 else f"{edge / 1000:g}k" for edge in (0, *LENGTHS)]
    ticks = [Tick(round(i * width, 3), name) for i, name in enumerate(named)]
    return histogram(edges, {"stories": facts.lengths}, ticks)


def _scores_chart(facts: Facts) -> Histogram:
    counted = facts.pairs.scores["containment"]
    counts = {
        kind: [sum(counted[kind][i : i + SCORE_STEP]) for i in range(0, SCORE_BINS, SCORE_STEP)]
        for kind in KINDS
        if kind in counted
    }
    edges = [f"{i / SCORE_BINS:.2f}" for i in range(0, SCORE_BINS + 1, SCORE_STEP)]
    ticks = [Tick(100 * i / 5, f"{i / 5:.1f}") for i in range(6)]
    options = facts.run["options"]
    lines = [Tick(100 * options[name], name) for name in ("overlap", "contained")]
    return histogram(edges, counts, ticks, lines)
