"""First contact with a vendor's own document: its names brought back to ours, corrections sorted, the rest proven."""
