"""Where pages come from and where stories go."""
