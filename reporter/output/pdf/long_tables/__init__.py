"""Long tables on paper: a few rows are typeset, all the others are drawn after them.

The layout engine takes five milliseconds and 150 kB for a row, so a table of twenty thousand
rows takes minutes and gigabytes. But its rows look alike. So the engine lays out only those that
show everything the table has: every kind of row between every kind of neighbours, every shape of
figure in every colour, the widest texts. From what it made of them, colours, distances, fonts and
lines are read off; the other rows are drawn after that pattern onto pages on which the engine left
room for them. Whatever a template or a style sheet changes in tables, it changes in long ones too.

A table that cannot be drawn so is typeset in the usual way, and the log says why.
"""

from reporter.output.pdf.long_tables.room import LONG, Drawn, Rooms, draw_long_tables

__all__ = ["LONG", "Drawn", "Rooms", "draw_long_tables"]
