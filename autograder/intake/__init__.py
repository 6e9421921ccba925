"""From what a student hands in to clean files: archives, layout, notebooks, and what goes wrong around the code."""
