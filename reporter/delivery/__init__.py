"""Delivery: what is handed over, to whom, and what became of it."""
