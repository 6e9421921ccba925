from .base import Tokenizer
from .basic import BasicTokenizer
from .gpt2 import bytes_to_unicode, load_gpt2
from .regex import RegexTokenizer
from .fast import train_fast
