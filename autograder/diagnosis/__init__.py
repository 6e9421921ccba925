"""What went wrong between two values: the diagnoses behind `autograder.numeric`."""
