"""What every cloud shares: errors, states, flow effects, retry, pace, credentials, configuration, redaction."""
