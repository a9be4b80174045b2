"""`python -m optcloud` is `optcloud`."""

from optcloud.cli import main

if __name__ == "__main__":
    main()
