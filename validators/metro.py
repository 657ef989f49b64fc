"""A metro gate: a lamp, and a barrier with a sensor that sees the rider go through."""

import sys

from .console import ConsoleBarrier, Output
from .program import arguments, serve


def main() -> int:
    parser = arguments("hanoi-ticket-metro", __doc__, profile="metro-entry")
    parser.add_argument(
        "--passage", type=float, default=1.0, metavar="SECONDS", help="how long the console's rider takes (default: 1)"
    )
    options = parser.parse_args()
    return serve(options, "metro", barrier=ConsoleBarrier(Output(2), options.passage))


if __name__ == "__main__":
    sys.exit(main())
