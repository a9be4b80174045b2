"""What a person calls: `OptCloud`, `AsyncOptCloud`, and the jobs they hand out."""
