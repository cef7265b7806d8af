"""The figures that a process gives to Prometheus; each module counts here, the health server and the gateway show."""

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

calls = Histogram("register_call_seconds", "RPC calls served", ["service", "method", "outcome"], buckets=BUCKETS)
requests = Histogram("register_http_request_seconds", "HTTP requests served", ["method", "status"], buckets=BUCKETS)
refused = Counter("register_refused_messages", "Messages that went to the dead letters unserved", ["service"])
events = Counter("register_events", "Events handled", ["service", "outcome"])
kept = Counter("register_certificates_read", "Reads of certificates by guests", ["answered"])
relayed = Gauge("register_relayed_change_no", "Last change of the log that was published", ["service"])
index_lag = Gauge("register_index_lag_changes", "Changes of the log that searches do not see yet", ["replica"])
signing_key_days = Gauge("register_signing_key_days", "Days until the key that signs documents ends")
index_differences = Gauge(
    "register_index_differences", "Slices (body and year) in which index and register differ", ["replica"]
)
