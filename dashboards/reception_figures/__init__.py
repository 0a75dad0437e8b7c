"""What a branch's reception noted, and how calls for help were answered."""
