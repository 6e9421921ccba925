"""Which known mistake a failing submission behaves like."""
