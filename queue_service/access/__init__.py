"""Authentication and authorisation: tokens, logins, links and passwords."""
