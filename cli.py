#!/usr/bin/env python3
"""hanoi-ticket - issue, rotate, draw and judge dynamic QR transit tickets, offline

SYNOPSIS
    hanoi-ticket COMMAND [OPTIONS] [ARGUMENTS]
    python cli.py COMMAND ...        the same from a checkout, with nothing installed but the dependencies

THE WAY OF A TICKET
    keygen    makes the keys: an issuer's and an authority's (EdDSA), a phone's (ES256)
    bundle    signs what readers believe: issuer keys, denied tickets, products, how old it may grow
    products  lists what is sold, and when for how much; fares prices a ride and checks a feed
    issue     the issuer signs the claims: product, rider, area, times, the phone's key
    present   the phone signs the moment: one code, a row of them, or a live QR (--watch)
    qr        draws a code as PNG, SVG or in the terminal
    inspect   names every byte of a code; needs no keys and checks no signature
    verify    judges codes by signatures, times and deny list; keeps no memory
    tap       judges codes as a gate does: fares, replay, passback, a journal on disk
    journal   lists the accepted taps of a gate, checks their chain, hands them over to the back office
    warmup    compiles the signature checks for this machine; doctor says which backend serves and why
    bench     measures this machine and holds it to what each kind of gate must sustain
    demo      all of it on one page, honest taps beside attacks

    Where a command reads codes, they come as arguments, from pictures (--image) or one a line on standard input.
    Moments (--at, --from, --until) are UTC seconds or ISO 8601 with a zone. Without --at it is now.

OUTPUT
    Results go to standard output, notes and hints to standard error. --json prints one object a line.

EXIT STATUS
    0  accepted, or done
    1  refused: the code, the journal's chain, a row of the demo; or a missed target of the benchmark
    2  wrong usage
    3  cannot decide: unknown time, outdated trust, a store, key or file that cannot be used

ENVIRONMENT
    HANOI_TICKET_PASSWORD   the password of key files, in place of --password
    NO_COLOR                when set, no colours

EXAMPLES
    hanoi-ticket keygen issuer.pem
    hanoi-ticket keygen phone.pem --alg ES256
    hanoi-ticket issue day.ticket --key issuer.pem --product metro-2a-day --holder phone.pub.pem
    hanoi-ticket present day.ticket --key phone.pem | hanoi-ticket verify --issuer issuer.pub.pem

SEE ALSO
    docs/cli.md (every option), docs/format.md (the bytes), docs/validation.md (the rules)
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

from hanoi_ticket.commands import main

if __name__ == "__main__":
    main(prog_name="hanoi-ticket")
