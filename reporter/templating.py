"""The sandboxed, autoescaping Jinja environment: for texts in specs and for pages."""
