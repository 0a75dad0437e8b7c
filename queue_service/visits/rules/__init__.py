"""The visit, its states and transitions, its place in the queue."""
