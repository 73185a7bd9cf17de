"""Commands about the nightly job: run it, keep its history, schedule it, acknowledge its alerts."""
