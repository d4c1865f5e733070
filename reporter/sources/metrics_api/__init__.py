"""A source that asks a Metrics API over HTTP and receives the results by callback."""
