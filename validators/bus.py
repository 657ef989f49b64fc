"""A bus reader at the front door: a lamp for the rider, a line for the driver, no barrier."""

import sys

from .console import Output, StaffLine
from .program import arguments, serve


def main() -> int:
    options = arguments("hanoi-ticket-bus", __doc__, profile="bus").parse_args()
    return serve(options, "bus", screen=StaffLine(Output(2)))


if __name__ == "__main__":
    sys.exit(main())
