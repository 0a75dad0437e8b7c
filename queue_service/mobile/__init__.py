"""A mobile branch, such as a book bus: it works without a line, and sends its days home with one.

The same code runs on both sides: ``operations/sending.py`` on the bus, ``operations/receiving.py``
at home.
"""
