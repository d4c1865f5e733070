"""Renderers: a document becomes files."""
