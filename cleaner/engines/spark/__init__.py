"""Many machines: the steps of the local engine, spread over a corpus by Apache Spark."""
