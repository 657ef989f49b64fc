"""Counts for Prometheus, through prometheus-client (the extra `metrics`). They know reasons, never tickets."""

from hanoi_ticket import TrustBundle, Verdict
from hanoi_ticket.clock import ClockState, Reading

BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Metrics:
    """Serves `/metrics` on one port."""

    def __init__(self, address: str, port: int) -> None:
        """Raises `OSError` when the port cannot be had."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server  # noqa: PLC0415

        registry = CollectorRegistry()
        self._taps = Counter("hanoi_ticket_taps", "Taps by reason", ["reason"], registry=registry)
        self._seconds = Histogram(
            "hanoi_ticket_tap_seconds", "From code to decision, disk included", buckets=BUCKETS, registry=registry
        )
        self._version = Gauge("hanoi_ticket_trust_version", "The bundle that holds", registry=registry)
        self._issued = Gauge("hanoi_ticket_trust_issued_seconds", "When it was signed, UTC", registry=registry)
        self._clock = Gauge("hanoi_ticket_clock_state", "1 for the state that holds", ["state"], registry=registry)
        self._error = Gauge("hanoi_ticket_clock_error_seconds", "By how much it may be wrong", registry=registry)
        self._server, self._thread = start_http_server(port, address, registry)

    def tap(self, verdict: Verdict, seconds: float) -> None:
        self._taps.labels(verdict.reason.name).inc()
        self._seconds.observe(seconds)

    def state(self, reading: Reading, trust: TrustBundle) -> None:
        for state in ClockState:
            self._clock.labels(state.value).set(state is reading.state)
        self._error.set(reading.error)
        self._version.set(trust.version)
        self._issued.set(trust.issued_at)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
