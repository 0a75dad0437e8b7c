"""Who may do what: tokens, logins, links and passwords."""
