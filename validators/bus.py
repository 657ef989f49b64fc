"""A bus reader at a door: a lamp for the rider, a line for the driver, no barrier.

With one door it takes one tap a ride. With the profiles bus-entry and bus-exit and one store, riders tap out as well.
"""

import sys
from pathlib import Path

from .console import Output, StaffLine
from .program import arguments, serve


def main() -> int:
    parser = arguments("hanoi-ticket-bus", __doc__, profile="bus")
    parser.add_argument(
        "--control", type=Path, metavar="PIPE", help='where the driver\'s console writes "trip NAME" and "stop AREA"'
    )
    options = parser.parse_args()
    return serve(options, "bus", screen=StaffLine(Output(2)), control=options.control)


if __name__ == "__main__":
    sys.exit(main())
