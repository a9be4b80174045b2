"""The contract between hand-written code and the generated packages: what the code needs of them."""
