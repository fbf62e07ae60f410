"""Cleans scraped Chinese pages: noise out, stories apart, scripts right, duplicates flagged."""

__version__ = "0.1.0"
