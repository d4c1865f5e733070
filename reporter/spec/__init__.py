"""The report spec: its typed model, its loader, and what is static about its mistakes."""
