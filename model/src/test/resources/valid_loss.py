"""The loss of a model on windows that follow each other, in PyTorch: PyTorchLossTest has it in Java.

    python3 valid_loss.py READER_DIRECTORY MODEL_DIRECTORY
"""

import json
import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

sys.path.insert(0, sys.argv[1])
from reader import read

torch.set_num_threads(1)
directory = Path(sys.argv[2])
model = read(directory)
model.reset()
losses = []
with torch.no_grad():
    for window in json.loads((directory / "windows.json").read_text()):
        tokens = torch.tensor(window)
        logits = model(tokens[:, :-1])
        losses.append(cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten()).item())
print(sum(losses) / len(losses))
