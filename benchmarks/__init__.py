"""Whether the service is as fast as it has to be: ``./dev bench``.

Every figure is a ratio or a limit measured within one run, on a private store and web processes
as in production; nothing here runs against a service that is in use.
"""
