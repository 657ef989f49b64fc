"""Reader programs: what stands at a gate or beside a driver. One tap goes scanner -> gate -> barrier, lamp, log.

From a checkout: `python -m validators.metro` and `python -m validators.bus`. Installed: `hanoi-ticket-metro` and
`hanoi-ticket-bus`, in a package named `hanoi_ticket_validators`.
"""
