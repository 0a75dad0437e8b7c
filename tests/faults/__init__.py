"""Nothing acknowledged is lost or done twice, whatever fails: `./dev prove`."""
