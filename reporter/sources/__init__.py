"""What answers queries."""
