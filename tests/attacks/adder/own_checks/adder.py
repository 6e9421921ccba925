"""Brings its own checks, points and given files in the place of the course's.

earns: nothing
noted: test_adder.py, assignment.toml
"""
