"""What on a page belongs together."""
