"""How things cross a process boundary: settings, databases, RPC, events, the relay, the embedded broker, logs, blobs.

This is the only place that knows nameko, kombu and eventlet by heart. Nothing in here knows what a certificate is.
"""
