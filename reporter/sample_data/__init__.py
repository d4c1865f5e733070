"""Believable call records to try things with: declared in ``world``, made by the engine."""
