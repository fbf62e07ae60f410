"""One module a file format: how pages are read from it and written back to it."""
