"""Brings a conftest.py, pytest.ini and plugin that make every test pass.

earns: nothing
noted: conftest.py, pytest.ini, sitecustomize.py
"""
