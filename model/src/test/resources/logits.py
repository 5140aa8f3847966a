"""What PyTorchReaderTest computes in Java, in PyTorch: the logits of two windows from given states.

    python3 logits.py READER_DIRECTORY MODEL_DIRECTORY...
"""

import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, sys.argv[1])
from reader import read


def start(model, states):
    model.reset()
    parts = [torch.tensor(part["values"]).reshape(part["shape"]) for part in states]
    if len(parts) == 2:
        model.h = tuple(parts)
    elif len(parts) == 1:
        model.h = parts[0] if hasattr(model, "rnn") else parts[0][0]


torch.set_num_threads(1)
with torch.no_grad():
    for directory in map(Path, sys.argv[2:]):
        model = read(directory)
        given = json.loads((directory / "given.json").read_text())
        logits = []
        for states in given["starts"]:
            start(model, states)
            for window in given["windows"]:
                logits.append(model(torch.tensor(window)).flatten().tolist())
        (directory / "logits.json").write_text(json.dumps(logits))
