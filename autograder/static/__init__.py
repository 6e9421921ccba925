"""What can be told of a submission without running it."""
