"""Reader programs: what stands at a gate, beside a driver, at a car park. Scanner -> gate -> barrier, lamp, log.

From a checkout: `python -m validators.metro` (or `bus`, `parking`). Installed: `hanoi-ticket-metro` and so on, in a
package named `hanoi_ticket_validators`.
"""
