"""The metrics: the process's own work (``process``) and the state of the queue (``collector``)."""
