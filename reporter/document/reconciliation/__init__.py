"""Reconciliations: what two sources say of the same, side by side."""
