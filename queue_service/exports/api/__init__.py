"""Files and reports over HTTP, for supervisors and administrators."""
