"""Lets `python -m mingbai` be the command `mingbai`."""

import sys

from mingbai.cli import main

sys.exit(main())
