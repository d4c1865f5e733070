"""`reporter serve`: the callback relay, and the Metrics API over call records."""
