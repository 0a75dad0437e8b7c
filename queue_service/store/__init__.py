"""Storage: keys, scripts and the server that holds them."""
