"""What to expect tomorrow and in the next two weeks."""
