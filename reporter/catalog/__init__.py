"""The vocabulary: metrics, dimensions, filters, and what they mean."""
