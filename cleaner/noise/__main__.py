"""``python -m cleaner.noise`` works out what the shipped patterns need, and keeps it."""

from __future__ import annotations

from cleaner.noise.needs import KEPT, table_of
from cleaner.noise.rules import shipped_rules

KEPT.write_text(table_of(tuple(rule.pattern for rule in shipped_rules().rules)), "utf-8")
