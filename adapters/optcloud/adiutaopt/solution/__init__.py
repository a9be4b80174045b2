"""Solutions: what the vendor answers, as rows, tables, a summary, differences and charts."""
