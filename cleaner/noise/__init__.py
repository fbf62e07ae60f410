"""What on a page is not the story."""
