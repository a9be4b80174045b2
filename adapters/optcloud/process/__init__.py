"""What this process holds and owes: locks, signals, an orderly end, tokens kept between processes."""
