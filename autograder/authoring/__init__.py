"""For authors: starters, chaffs, scaffolds, releases, and the proofs that an assignment grades rightly."""
