"""The public information about a branch before a visit: for the web, screens and programs.

An administrator switches it on for a branch; a branch that is unknown or switched off is answered
alike. A process keeps the answer for some seconds, so that visitors cost the store nothing.
"""
