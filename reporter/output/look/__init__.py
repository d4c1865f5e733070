"""What everything looks like: colours, fonts, the logo, the widths of texts."""
