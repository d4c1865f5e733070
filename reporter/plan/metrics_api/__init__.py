"""What a Metrics API can be asked, known before it is asked."""
