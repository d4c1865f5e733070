"""Typed values that pass between the stages: tables, formulas, answers."""
