"""Web pages become lines: their elements read, their text in reading order, what they declare."""
