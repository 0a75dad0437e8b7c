"""What happens in the branches, told to the municipality's own systems."""
