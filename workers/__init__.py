"""Background jobs and the schedule that enqueues them."""
