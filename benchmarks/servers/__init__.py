"""What a proxy costs: requests a second, latency, bytes and memory, beside the same app without one."""
