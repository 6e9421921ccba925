"""Hands in symbolic links to the reference and to the hidden checks in the place of files.

earns: nothing
refused
"""
