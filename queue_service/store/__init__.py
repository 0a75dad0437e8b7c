"""What is kept, and where: keys, scripts and the server that holds them."""
