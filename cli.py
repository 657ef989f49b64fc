#!/usr/bin/env python3
"""Runs the `hanoi-ticket` command from a checkout: `python cli.py demo` is `hanoi-ticket demo`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

from hanoi_ticket.commands import main

if __name__ == "__main__":
    main()
