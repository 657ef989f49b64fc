"""The bounds of docs/exposure.md as formulas: accepted entries on one ticket, at most.

A memory is whatever shares one store: a vehicle, a station, a gate that is cut off from its station.
"""

from hanoi_ticket.rotation import PERIOD


def single(memories):
    """A single, phone or printed: once for each memory."""
    return memories


def one_direction(profile, memories, seconds):
    """A pass where only one direction is tapped: once in a passback time, shortened by two clocks' errors."""
    return memories * (seconds // (profile.passback - 2 * profile.clock_error) + 1)


def both_directions(profile, memories, seconds):
    """A pass whose holders tap out between two entries: each tap takes a later moment, each entry its time."""
    moments = seconds + profile.early + profile.late + 2 * profile.clock_error
    entries = moments // (2 * PERIOD)
    if profile.reentry > 2 * profile.clock_error:
        entries = min(entries, seconds // (profile.reentry - 2 * profile.clock_error))
    return memories * (entries + 1)


def copied(profile, memories):
    """One copied code of an honest rider: once for each memory, and (earliest, latest) second about its moment."""
    return memories, (-profile.early - profile.clock_error, profile.late + profile.clock_error)


def repeated(profile, entries, gap):
    """Riders who follow on the same code where no passage is reported, one every `gap` seconds, beside the entries."""
    return entries * (profile.retry // gap)
