"""What figures mean: comparisons, explanations, findings."""
