"""`python -m emoclassify`: the same as the command `emoclassify`."""

import sys

from emoclassify.cli import main

if __name__ == "__main__":
    sys.exit(main())
