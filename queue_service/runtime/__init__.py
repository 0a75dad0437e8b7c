"""What every process is made of: settings, logs, the data folder, child processes."""
