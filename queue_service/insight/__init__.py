"""The meaning of figures: comparisons, explanations, findings."""
