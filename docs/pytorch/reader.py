"""Reads a model that flink-lm wrote, with PyTorch and nothing else.

    python3 docs/pytorch/reader.py out one thousand one hundred

prints the token that the model in `out` expects next.
"""

import json
import sys
from pathlib import Path

import torch
from models import build


def read(directory):
    file = bytearray(Path(directory, "model.safetensors").read_bytes())
    start = 8 + int.from_bytes(file[:8], "little")
    header = json.loads(file[8:start])
    metadata = header.pop("__metadata__", {})
    weights = {}
    for name, tensor in header.items():
        begin, end = (start + offset for offset in tensor["data_offsets"])
        values = torch.frombuffer(file[begin:end], dtype=torch.float32)
        weights[name] = values.reshape(tensor["shape"])
    for alias, name in metadata.items():  # save_model keeps a tied matrix by one of its names
        if name in weights:
            weights[alias] = weights[name]
    model = build(json.loads(Path(directory, "config.json").read_bytes())["net"])
    model.load_state_dict(weights, strict=True)
    return model.eval()


if __name__ == "__main__":
    directory, *prompt = sys.argv[1:]
    words = Path(directory, "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    logits = read(directory)(torch.tensor([[words.index(word) for word in prompt]]))
    print(words[logits.reshape(-1, logits.shape[-1])[-1].argmax()])
