"""What is measured: the process's own work (``process``) and the queue's truth (``collector``)."""
