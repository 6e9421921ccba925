"""attention against Hugging Face: the logits of a random GPT-2, and counts of models on the meta device."""

import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="the extra `torch` is not installed")
transformers = pytest.importorskip("transformers", reason="transformers, of the extra `dev`, is not installed")

ROOT = Path(__file__).parents[1]
MODULES = ("attention", "model", "counts", "attention_oracle")


@pytest.fixture(scope="module")
def solution():
    """The reference's modules, and the oracle of its hidden checks."""
    sys.path.insert(0, str(ROOT / "solutions" / "attention"))
    hidden = {name: sys.modules.pop(name) for name in MODULES if name in sys.modules}
    try:
        yield {name: __import__(name) for name in MODULES}
    finally:
        sys.path.pop(0)
        for name in MODULES:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)


@pytest.fixture(scope="module")
def tiny():
    """A random GPT-2 of Hugging Face's with weights large enough to matter, and some input."""
    torch.manual_seed(0)
    config = transformers.GPT2Config(vocab_size=61, n_positions=12, n_embd=12, n_layer=3, n_head=3)
    model = transformers.GPT2LMHeadModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model, torch.randint(61, (2, 12))


def logits(model, idx):
    with torch.no_grad():
        return model(idx).logits


def test_the_reference_gives_the_logits_of_hugging_face(solution, tiny):
    theirs, idx = tiny
    sizes = solution["model"].GPTConfig(block_size=12, vocab_size=61, n_layer=3, n_head=3, n_embd=12)
    ours = solution["model"].GPT(sizes).eval()
    solution["model"].load_hf_state_dict(ours, theirs.state_dict())
    with torch.no_grad():
        found, _ = ours(idx, idx)
    assert (found - logits(theirs, idx)).abs().max() < 1e-4


def test_the_oracle_of_the_hidden_checks_gives_the_logits_of_hugging_face(solution, tiny):
    theirs, idx = tiny
    found = solution["attention_oracle"].gpt2_logits(theirs.state_dict(), idx, n_layer=3, n_head=3)
    assert (found - logits(theirs, idx)).abs().max() < 1e-4


def count(kind, config, **options):
    """Parameters of a model that is never given memory; tied ones once."""
    with torch.device("meta"):
        model = kind(config, **options)
    model.tie_weights()
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("sizes", [(12, 768, 12), (24, 1024, 16), (36, 1280, 20), (48, 1600, 25)])
def test_gpt2_has_as_many_parameters_as_hugging_face_says(solution, sizes):
    n_layer, n_embd, n_head = sizes
    config = transformers.GPT2Config(n_layer=n_layer, n_embd=n_embd, n_head=n_head)
    theirs = count(transformers.GPT2LMHeadModel, config)
    assert solution["counts"].gpt_parameters(n_layer, n_embd, 50257, 1024) == theirs


@pytest.mark.parametrize(("tied", "vocab_size", "expected"), [(False, 50257, 163_037_184), (True, 50304, 124_475_904)])
def test_the_handouts_other_counts_of_gpt2_are_those_of_hugging_face(tied, vocab_size, expected):
    config = transformers.GPT2Config(vocab_size=vocab_size, tie_word_embeddings=tied)
    with torch.device("meta"):
        model = transformers.GPT2LMHeadModel(config)
    if tied:
        model.tie_weights()
    assert sum(parameter.numel() for parameter in model.parameters()) == expected


def test_gpt1_has_as_many_parameters_as_hugging_face_says(solution):
    theirs = count(transformers.OpenAIGPTLMHeadModel, transformers.OpenAIGPTConfig())
    assert solution["counts"].gpt_parameters(12, 768, 40478, 512, final_norm=False) == theirs


@pytest.mark.parametrize(
    ("kind", "heads"),
    [
        ("BertModel", {"pooler": True}),
        ("BertForMaskedLM", {"pooler": False, "masked_lm": True}),
        ("BertForPreTraining", {"pooler": True, "masked_lm": True, "next_sentence": True}),
    ],
)
def test_bert_has_as_many_parameters_as_hugging_face_says(solution, kind, heads):
    theirs = count(getattr(transformers, kind), transformers.BertConfig())
    assert solution["counts"].bert_parameters(12, 768, 30522, 512, **heads) == theirs
