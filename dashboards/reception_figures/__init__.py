"""The notes of a branch's reception, and the answers to calls for help."""
