"""Running checks: collecting them, one after another, and turning what they raise into what a student reads."""
