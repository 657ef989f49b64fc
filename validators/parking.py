"""A barrier of a car park: the way in opens a session, the way out prices it and closes it."""

import sys

from .console import ConsoleBarrier, Output, StaffLine
from .program import arguments, serve


def main() -> int:
    parser = arguments("hanoi-ticket-parking", __doc__, profile="parking-entry")
    parser.add_argument(
        "--passage", type=float, default=1.0, metavar="SECONDS", help="how long the console's car takes (default: 1)"
    )
    options = parser.parse_args()
    output = Output(2)
    return serve(options, "parking", barrier=ConsoleBarrier(output, options.passage), screen=StaffLine(output))


if __name__ == "__main__":
    sys.exit(main())
