"""Charts: a chart block becomes a drawing, and what its marks say to those who point at them."""
