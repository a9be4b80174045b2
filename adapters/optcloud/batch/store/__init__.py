"""Where a ledger is kept: a file of SQLite or a PostgreSQL database, and the folder of what is too large for either."""
