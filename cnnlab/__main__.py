"""`python -m cnnlab`, the same as the command `cnnlab`."""

import sys

from cnnlab.cli import main

sys.exit(main())
