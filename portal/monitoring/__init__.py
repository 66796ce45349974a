"""What machines look at: the figures of this installation for Prometheus, traces for OpenTelemetry."""
