"""The nightly job as a whole, rebuild, alerts, backup."""
