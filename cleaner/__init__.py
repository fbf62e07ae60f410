"""Cleans scraped Chinese pages: noise out, stories apart, scripts right, duplicates flagged.

>>> import cleaner
>>> page = cleaner.clean("两地签约\\n甲乙两地昨日签约,双方将共享资源。\\n微信\\n新浪微博\\nQQ空间")
>>> print(page.text)
两地签约
甲乙两地昨日签约,双方将共享资源。
>>> [(finding.line, finding.label) for finding in page.findings]
[(3, 'share_widget'), (4, 'share_widget'), (5, 'share_widget')]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from cleaner.engines.local import Plan as Plan
    from cleaner.engines.local import run as run
    from cleaner.model import CleanerError as CleanerError
    from cleaner.model import Finding as Finding
    from cleaner.model import Match as Match
    from cleaner.model import Page as Page
    from cleaner.model import Story as Story
    from cleaner.pipeline import Cleaning as Cleaning
    from cleaner.pipeline import clean as clean
    from cleaner.pipeline import clean_pages as clean_pages
    from cleaner.pipeline import find_duplicates as find_duplicates
    from cleaner.stories.cut import CleanPage as CleanPage
    from cleaner.text.script import convert as convert

_HOME = {
    "Plan": "cleaner.engines.local",
    "run": "cleaner.engines.local",
    "CleanerError": "cleaner.model",
    "Finding": "cleaner.model",
    "Match": "cleaner.model",
    "Page": "cleaner.model",
    "Story": "cleaner.model",
    "Cleaning": "cleaner.pipeline",
    "clean": "cleaner.pipeline",
    "clean_pages": "cleaner.pipeline",
    "find_duplicates": "cleaner.pipeline",
    "CleanPage": "cleaner.stories.cut",
    "convert": "cleaner.text.script",
}
"""Where each public name lives: they are imported when first used, so that `--help` is quick."""

__all__ = [*sorted(_HOME), "__version__"]


def __getattr__(name: str) -> object:
    """The public name ``name``, imported now."""
    if name not in _HOME:
        raise AttributeError(f"module 'cleaner' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
