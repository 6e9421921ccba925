"""Given: a corpus that draws contexts and noise words, in the interface of CS224N's StanfordSentiment."""

import random
from pathlib import Path

import numpy as np


class StanfordSentiment:
    """Sentences with their vocabulary, a table of noise words, and random windows.

    path: a folder that holds `datasetSentences.txt`, or a text file with one sentence a line; nothing is read until
    the sentences are needed, so importing and constructing it costs nothing. `sentences` may be given instead.
    """

    def __init__(self, path=None, tableSize=1_000_000, sentences=None):
        self._path = Path(path or "utils/datasets/stanfordSentimentTreebank")
        self._sentences = None if sentences is None else [list(sentence) for sentence in sentences]
        self._tokens = None
        self._noise = None

    def sentences(self):
        """All sentences, each a list of lower-case words."""
        if self._sentences is None:
            file = self._path / "datasetSentences.txt" if self._path.is_dir() else self._path
            if not file.exists():
                raise FileNotFoundError(f"no sentences at {file}: give a text file with one sentence a line")
            lines = file.read_text(encoding="utf-8").splitlines()
            self._sentences = [words for line in lines if (words := line.lower().split("\t")[-1].split())]
        return self._sentences

    def tokens(self):
        """word -> row, in order of first appearance; the last one is UNK."""
        if self._tokens is None:
            words = dict.fromkeys(word for sentence in self.sentences() for word in sentence)
            self._tokens = {word: row for row, word in enumerate([*words, "UNK"])}
        return self._tokens

    def sampleTokenIdx(self):
        """One noise word's row, drawn in proportion to its count to the power 0.75."""
        if self._noise is None:
            tokens = self.tokens()
            counts = np.bincount([tokens[w] for s in self.sentences() for w in s], minlength=len(tokens))
            self._noise = np.cumsum(counts**0.75)
        return int(np.searchsorted(self._noise, random.random() * self._noise[-1], side="right"))

    def getRandomContext(self, C=5):
        """A random centre word and the up to 2·C words around it: (word, [words]), never an empty list."""
        sentences = self.sentences()
        while True:
            sentence = random.choice(sentences)
            at = random.randrange(len(sentence))
            outside = sentence[max(0, at - C) : at] + sentence[at + 1 : at + 1 + C]
            if outside := [word for word in outside if word != sentence[at]]:
                return sentence[at], outside
