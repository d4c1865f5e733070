"""The report between numbers and files: blocks of typed values, and how they come to be."""
