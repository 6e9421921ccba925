"""GPT-2's own vocabulary, in the manner of minbpe's GPT4Tokenizer: bytes are permuted before merging."""

import json

from .regex import RegexTokenizer

GPT2_SPLIT_PATTERN = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


def bytes_to_unicode():
    bs = list(range(ord("!"), ord("~") + 1)) + list(range(ord("¡"), ord("¬") + 1)) + list(range(ord("®"), ord("ÿ") + 1))
    cs = bs[:]
    n = 0
    for b in range(2**8):
        if b not in bs:
            bs.append(b)
            cs.append(2**8 + n)
            n += 1
    return dict(zip(bs, [chr(n) for n in cs]))


class GPT2Tokenizer(RegexTokenizer):
    def __init__(self, encoder, lines):
        super().__init__(GPT2_SPLIT_PATTERN)
        byte_encoder = bytes_to_unicode()
        self.byte_shuffle = {b: encoder[c] for b, c in byte_encoder.items()}
        self.inverse_byte_shuffle = {v: k for k, v in self.byte_shuffle.items()}
        for left, right in lines:
            self.merges[(encoder[left], encoder[right])] = encoder[left + right]
        self.vocab = self._build_vocab()
        self.register_special_tokens({"<|endoftext|>": encoder["<|endoftext|>"]})

    def _encode_chunk(self, text_bytes):
        return super()._encode_chunk([self.byte_shuffle[b] for b in text_bytes])

    def decode(self, ids):
        out = b""
        for idx in ids:
            if idx in self.inverse_special_tokens:
                out += self.inverse_special_tokens[idx].encode("utf-8")
            else:
                out += bytes(self.inverse_byte_shuffle[b] for b in self.vocab[idx])
        return out.decode("utf-8", errors="replace")


def load_gpt2(encoder_path, bpe_path):
    with open(encoder_path, encoding="utf-8") as f:
        encoder = json.load(f)
    with open(bpe_path, encoding="utf-8") as f:
        data = f.read()
    lines = [tuple(line.split()) for line in data.split("\n")[1:-1]]
    return GPT2Tokenizer(encoder, lines)
