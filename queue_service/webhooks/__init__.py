"""What happens in the branches, sent to the municipality's own systems."""
