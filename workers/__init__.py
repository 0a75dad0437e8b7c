"""What nobody should wait for: background jobs and the schedule that asks for them."""
