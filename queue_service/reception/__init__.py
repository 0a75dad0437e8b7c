"""The reception: what a guide on the floor notes of visits, and calls for help from kiosks."""
