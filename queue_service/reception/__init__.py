"""The reception: a guide's notes on visits, and calls for help from kiosks."""
