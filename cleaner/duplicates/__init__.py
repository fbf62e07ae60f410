"""Which stories say the same."""
