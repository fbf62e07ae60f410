"""Bytes become characters, and characters become comparable."""
