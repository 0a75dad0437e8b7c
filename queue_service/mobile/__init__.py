"""A mobile branch, such as a book bus: it works offline, and sends its days to the central server
when it is connected.

The same code runs on both sides: ``operations/sending.py`` on the bus, ``operations/receiving.py``
on the central server.
"""
