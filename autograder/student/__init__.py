"""The student's side as a check sees it: what travels there, what comes back."""
