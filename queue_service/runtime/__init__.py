"""Common parts of all processes: settings, logs, the data folder, child processes."""
