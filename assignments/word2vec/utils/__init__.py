"""Given helpers. Work from 2019 may use names that NumPy has dropped since; with these helpers it still runs."""

import numpy as np

for _name, _value in {"float": float, "int": int, "object": object, "product": np.prod, "in1d": np.isin}.items():
    if _name not in vars(np):
        setattr(np, _name, _value)
