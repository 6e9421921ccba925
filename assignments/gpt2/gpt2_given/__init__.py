"""Given with the assignment: a small GPT made of torch's own layers, and small texts written for the course."""
