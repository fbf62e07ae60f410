"""Where the work runs: worker processes on one machine, or Spark."""
