import json
from collections.abc import Iterable, Iterator

from .pretokenization import pretokens, split_on_special


class Tokenizer:
    def __init__(
        self,
        vocab: dict[int, bytes],
        merges: list[tuple[bytes, bytes]],
        special_tokens: list[str] | None = None,
    ):
        self.vocab = dict(vocab)
        self.merges = list(merges)
        self.special_tokens = list(special_tokens or [])
        known = set(self.vocab.values())
        for tok in self.special_tokens:
            if tok.encode("utf-8") not in known:
                self.vocab[len(self.vocab)] = tok.encode("utf-8")
        self.ids = {token: i for i, token in self.vocab.items()}
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        self.cache: dict[str, list[int]] = {}

    @classmethod
    def from_files(cls, vocab_filepath: str, merges_filepath: str, special_tokens: list[str] | None = None):
        with open(vocab_filepath, encoding="utf-8") as f:
            vocab = {int(i): bytes.fromhex(token) for i, token in json.load(f).items()}
        with open(merges_filepath, encoding="utf-8") as f:
            merges = [tuple(bytes.fromhex(part) for part in line.split("\t")) for line in f.read().splitlines()]
        return cls(vocab, merges, special_tokens)

    def save(self, file_prefix: str) -> None:
        with open(file_prefix + ".model", "w", encoding="utf-8") as f:
            json.dump(
                {
                    "vocab": {i: token.hex() for i, token in self.vocab.items()},
                    "merges": [[left.hex(), right.hex()] for left, right in self.merges],
                    "special_tokens": self.special_tokens,
                },
                f,
            )

    def load(self, model_file: str) -> None:
        with open(model_file, encoding="utf-8") as f:
            data = json.load(f)
        self.__init__(
            {int(i): bytes.fromhex(token) for i, token in data["vocab"].items()},
            [(bytes.fromhex(left), bytes.fromhex(right)) for left, right in data["merges"]],
            data["special_tokens"],
        )

    def _encode_pretoken(self, pretoken: str) -> list[int]:
        if pretoken in self.cache:
            return self.cache[pretoken]
        parts = [bytes([b]) for b in pretoken.encode("utf-8")]
        while True:
            best, where = None, None
            for i in range(len(parts) - 1):
                rank = self.rank.get((parts[i], parts[i + 1]))
                if rank is not None and (best is None or rank < best):
                    best, where = rank, i
            if where is None:
                break
            parts[where : where + 2] = [parts[where] + parts[where + 1]]
        ids = [self.ids[part] for part in parts]
        self.cache[pretoken] = ids
        return ids

    def encode(self, text: str) -> list[int]:
        ids = []
        for part in split_on_special(text, self.special_tokens, keep=True):
            if part in self.special_tokens:
                ids.append(self.ids[part.encode("utf-8")])
            else:
                for pretoken in pretokens(part):
                    ids.extend(self._encode_pretoken(pretoken))
        return ids

    def encode_iterable(self, iterable: Iterable[str]) -> Iterator[int]:
        for line in iterable:
            yield from self.encode(line)

    def decode(self, ids: list[int]) -> str:
        return b"".join(self.vocab[i] for i in ids).decode("utf-8", errors="replace")
