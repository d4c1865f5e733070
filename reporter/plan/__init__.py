"""Queries, the rules they obey, and the plan of what a report asks."""
