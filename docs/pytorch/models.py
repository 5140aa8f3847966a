"""The language models as PyTorch modules, to predict with weights that flink-lm trained.

A module keeps its hidden state in `h` and goes on from it with the next window of the same texts;
`reset` begins new ones.
"""

import torch
from torch import nn


class ReluNet(nn.Module):
    """What lmmodel1 to lmmodel4 share: an embedding, one hidden layer, an output layer."""

    def __init__(self, vocabulary, hidden):
        super().__init__()
        self.i_h = nn.Embedding(vocabulary, hidden)
        self.h_h = nn.Linear(hidden, hidden)
        self.h_o = nn.Linear(hidden, vocabulary)
        self.reset()

    def reset(self):
        self.h = 0

    def read(self, x):
        """The hidden state after each token, [batch, time, hidden]."""
        states = []
        for i in range(x.shape[1]):
            self.h = torch.relu(self.h_h(self.h + self.i_h(x[:, i])))
            states.append(self.h)
        return torch.stack(states, dim=1)


class LMModel2(ReluNet):
    """Three tokens in, the next one out. LMModel1 is the same function, written out."""

    def forward(self, x):
        self.reset()
        return self.h_o(self.read(x)[:, -1])


class LMModel3(ReluNet):
    """The same with a hidden state that goes on from window to window."""

    def forward(self, x):
        return self.h_o(self.read(x)[:, -1])


class LMModel4(ReluNet):
    """Predicts after every token."""

    def forward(self, x):
        return self.h_o(self.read(x))


class RecurrentModel(nn.Module):
    """Embedding, recurrent layers, output layer; a tied one's matrix is the embedding's."""

    def __init__(self, vocabulary, embedding, hidden, layers, kind, tied):
        super().__init__()
        self.i_h = nn.Embedding(vocabulary, embedding)
        self.rnn = kind(embedding, hidden, layers, batch_first=True)
        self.h_o = nn.Linear(hidden, vocabulary)
        if tied:
            self.h_o.weight = self.i_h.weight
        self.reset()

    def reset(self):
        self.h = None

    def forward(self, x):
        outputs, self.h = self.rnn(self.i_h(x), self.h)
        return self.h_o(outputs)


RELU = {"lmmodel1": LMModel2, "lmmodel2": LMModel2, "lmmodel3": LMModel3, "lmmodel4": LMModel4}
RECURRENT = {
    "lmmodel5": (nn.RNN, False),
    "lmmodel6": (nn.LSTM, False),
    "lmmodel7": (nn.LSTM, True),
    "gru": (nn.GRU, True),
    "awd-lstm": (nn.LSTM, True),
}


def build(net):
    """The module of a configuration: what config.json has under `net`."""
    name, vocabulary, hidden = net["model"], net["vocabulary"], net["hidden"]
    if name in RELU:
        return RELU[name](vocabulary, hidden)
    kind, tied = RECURRENT[name]
    embedding = net.get("embedding", hidden)  # older builds had no other width
    return RecurrentModel(vocabulary, embedding, hidden, net["layers"], kind, tied)
