"""PyTorch's own training loop of the chapter's recurrent models, to measure flink-lm against.

    echo "200 steps" | OMP_NUM_THREADS=1 python3 benchmarks/pytorch_loop.py --hidden 64

trains on the human numbers, with so many threads, or on token ids of a file (--ids). First it prints what computes, as a line of JSON; then, for each line
"N steps" that it reads, it takes N steps and prints how long they took; it ends where its input
does.

The model is written as anyone would write it: nn.LSTM, dropout, tied output, AR and TAR, AdamW,
hidden states detached between windows; loss and accuracy are read at every step. With --processes
each of so many trains on its share of the lanes, and DistributedDataParallel averages their
gradients over gloo.
"""

import argparse
import ctypes
import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import torch
from torch import distributed, nn
from torch.nn import functional

KINDS = {"lmmodel5": nn.RNN, "lmmodel6": nn.LSTM, "lmmodel7": nn.LSTM, "gru": nn.GRU}
AWD = "awd-lstm"
TRIED_STEPS = 20
PR_SET_PDEATHSIG = 1


class Model(nn.Module):
    """Embedding, recurrent layers, dropout, output layer; a tied one's matrix is the embedding's."""

    def __init__(self, kind, vocabulary, hidden, layers, dropout, tied):
        super().__init__()
        self.i_h = nn.Embedding(vocabulary, hidden)
        self.rnn = kind(hidden, hidden, layers, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.h_o = nn.Linear(hidden, vocabulary)
        if tied:
            self.h_o.weight = self.i_h.weight
        self.h = None

    def forward(self, x):
        raw, h = self.rnn(self.i_h(x), self.h)
        self.h = tuple(part.detach() for part in h) if isinstance(h, tuple) else h.detach()
        dropped = self.dropout(raw)
        return self.h_o(dropped), raw, dropped


class AwdLstm(nn.Module):
    """fastai's AWD-LSTM: dropout of words, of inputs, of weights, between layers and of outputs."""

    def __init__(self, vocabulary, hidden, layers, dropout, words, inputs, weights, between):
        super().__init__()
        self.i_h = nn.Embedding(vocabulary, hidden)
        self.layers = nn.ModuleList(
            nn.LSTM(hidden, hidden, batch_first=True) for _ in range(layers)
        )
        self.from_state = nn.ParameterList()
        for layer in self.layers:
            self.from_state.append(layer.weight_hh_l0)
            # What is dropped of it takes its place in each step.
            del layer._parameters["weight_hh_l0"]
        self.h_o = nn.Linear(hidden, vocabulary)
        self.h_o.weight = self.i_h.weight
        self.shares = dropout, words, inputs, weights, between
        self.h = None

    def forward(self, x):
        dropout, words, inputs, weights, between = self.shares
        matrix = self.i_h.weight
        kept = matrix * dropping(matrix, (len(matrix), 1), words)
        raw = self.locked(functional.embedding(x, kept), inputs)
        states = []
        for i, layer in enumerate(self.layers):
            raw = raw if i == 0 else self.locked(raw, between)
            layer.weight_hh_l0 = functional.dropout(self.from_state[i], weights)
            raw, h = layer(raw, None if self.h is None else self.h[i])
            states.append(tuple(part.detach() for part in h))
        self.h = states
        dropped = self.locked(raw, dropout)
        return self.h_o(dropped), raw, dropped

    @staticmethod
    def locked(x, share):
        """Drops the same at every time."""
        return x * dropping(x, (x.shape[0], 1, x.shape[2]), share)


def dropping(like, shape, share):
    """0 where something is dropped, and what scales the rest."""
    return like.new_empty(shape).bernoulli_(1 - share) / (1 - share)


class Loop:
    """A model, its optimizer, and the windows of a text, which it goes through round after round."""

    def __init__(self, args):
        ids = numbers() if args.ids is None else read(args.ids)
        per_lane = (len(ids) - 1) // args.lanes
        windows = per_lane // args.bptt
        if windows == 0:
            sys.exit(f"the text has no window of {args.bptt} tokens for each of {args.lanes} lanes")
        share = args.lanes // args.processes
        own = range(args.rank * share, (args.rank + 1) * share)
        starts = [lane * per_lane for lane in own]
        x = torch.tensor([ids[s : s + windows * args.bptt] for s in starts])
        y = torch.tensor([ids[s + 1 : s + 1 + windows * args.bptt] for s in starts])
        self.batches = [
            (part_x.contiguous().to(args.device), part_y.contiguous().to(args.device))
            for part_x, part_y in zip(x.split(args.bptt, dim=1), y.split(args.bptt, dim=1))
        ]
        self.next = 0
        self.args = args
        vocabulary = max(ids) + 1 if args.vocabulary is None else args.vocabulary
        size = vocabulary, args.hidden, args.layers, args.dropout
        if args.model == AWD:
            self.model = AwdLstm(
                *size,
                args.dropout_embedding,
                args.dropout_input,
                args.dropout_weight,
                args.dropout_hidden,
            )
        else:
            self.model = Model(KINDS[args.model], *size, args.tied)
        self.model.to(args.device).train()
        self.network = self.model
        if args.processes > 1:
            self.network = nn.parallel.DistributedDataParallel(self.model)
        self.cross_entropy = nn.CrossEntropyLoss()
        self.optimizer = None

    def optimize(self, **options):
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), 3e-3, (0.7, 0.99), 1e-5, self.args.decay, **options
        )

    def step(self):
        if self.next == len(self.batches):
            self.next = 0
            self.model.h = None
        x, y = self.batches[self.next]
        self.next += 1
        logits, raw, dropped = self.network(x)
        loss = self.cross_entropy(logits.flatten(0, 1), y.flatten())
        if self.args.ar:
            loss = loss + self.args.ar * dropped.pow(2).mean()
        if self.args.tar:
            loss = loss + self.args.tar * (raw[:, 1:] - raw[:, :-1]).pow(2).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.args.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.args.clip)
        self.optimizer.step()
        accuracy = (logits.detach().argmax(-1) == y).float().mean()
        return loss.item(), accuracy.item()

    def steps(self, count):
        """Takes so many steps; how long they took, and the last loss and accuracy."""
        loss = accuracy = None
        begin = time.perf_counter()
        for _ in range(count):
            loss, accuracy = self.step()
        # Reading a loss waits for the device.
        return time.perf_counter() - begin, loss, accuracy

    def choose_optimizer(self):
        """Takes the fastest of the ways in which this PyTorch computes AdamW."""
        times = {}
        for way in ({}, {"foreach": True}, {"fused": True}):
            try:
                self.optimize(**way)
                self.steps(2)
                times[next(iter(way), "plain")] = (self.steps(TRIED_STEPS)[0], way)
            except (TypeError, RuntimeError):
                pass  # This PyTorch, or this device, has no such way.
        fastest = min(times, key=lambda of: times[of][0])
        # Of several processes the first one says.
        name = list(times)[told(list(times).index(fastest), self.args)]
        self.optimize(**times[name][1])
        return name


def read(file):
    """Token ids of a file, with white space between them."""
    with open(file, encoding="ascii") as text:
        return [int(token) for token in text.read().split()]


def numbers():
    """Token ids of the numbers 1 to 9999 without 8000 in English words, joined by " . "."""
    small = (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
    ).split()
    tens = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()

    def words(n):
        if n >= 1000:
            return [small[n // 1000], "thousand"] + words(n % 1000)
        if n >= 100:
            return [small[n // 100], "hundred"] + words(n % 100)
        if n >= 20:
            return [tens[n // 10]] + words(n % 10)
        return [small[n]] if n else []

    text = []
    for n in range(1, 10000):
        if n != 8000:
            text += ([] if n == 1 else ["."]) + words(n)
    known = {}
    return [known.setdefault(word, len(known)) for word in text]


def blas():
    """The library that multiplies matrices, as Linux has mapped it, with the folder it is from."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            files = {line.split()[-1] for line in maps if ".so" in line}
    except OSError:
        return None
    names = ("mkl_rt", "libmkl", "openblas", "blis", "libblas")
    found = [file for name in names for file in sorted(files) if name in os.path.basename(file)]
    if found:
        return "/".join(found[0].split("/")[-2:])
    return "MKL" if torch.backends.mkl.is_available() else None


def resident_bytes():
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))
    except OSError:
        return None


def end_with_parent():
    """A stopped process would not notice that whoever started it is gone."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        pass  # Not on Linux.


def start_others(args):
    """Starts the other processes of a training that has several, and meets them."""
    meeting = args.meeting or os.path.join(tempfile.mkdtemp(), "meeting")
    if args.rank == 0:
        for rank in range(1, args.processes):
            others = [f"--rank={rank}", f"--meeting={meeting}"]
            subprocess.Popen([sys.executable, *sys.argv, *others], stdin=subprocess.DEVNULL)
    distributed.init_process_group(
        "gloo",
        init_method=f"file://{meeting}",
        rank=args.rank,
        world_size=args.processes,
        # Between its turns the first one is stopped, and the others wait for it.
        timeout=datetime.timedelta(days=1),
    )


def told(count, args):
    """What the first process says to all: how many steps come next, 0 for the end."""
    if args.processes == 1:
        return count
    said = torch.tensor([count])
    distributed.broadcast(said, 0)
    return said.item()


def follow(loop, args):
    """Takes as many steps as the first process says, until it says that there are no more."""
    while count := told(0, args):
        loop.steps(count)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ids", help="a file of token ids")
    parser.add_argument("--vocabulary", type=int, help="how many ids there are")
    parser.add_argument("--model", choices=sorted([*KINDS, AWD]), default="lmmodel7")
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--lanes", type=int, default=64)
    parser.add_argument("--bptt", type=int, default=16)
    parser.add_argument("--dropout", type=float, default=0.4)
    parser.add_argument("--dropout-embedding", type=float, default=0)
    parser.add_argument("--dropout-input", type=float, default=0)
    parser.add_argument("--dropout-weight", type=float, default=0)
    parser.add_argument("--dropout-hidden", type=float, default=0)
    parser.add_argument("--tied", type=int, default=1)
    parser.add_argument("--ar", type=float, default=2)
    parser.add_argument("--tar", type=float, default=1)
    parser.add_argument("--decay", type=float, default=0.1)
    parser.add_argument("--clip", type=float, default=0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--rank", type=int, default=0, help="which of the processes this one is")
    parser.add_argument("--meeting", help="a file by which processes find each other")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    args = parser.parse_args()
    if args.device != "cpu" and not torch.cuda.is_available():
        sys.exit("this PyTorch has no GPU")
    if args.lanes % args.processes:
        sys.exit(f"{args.lanes} lanes are no equal shares of {args.processes} processes")
    if args.processes > 1:
        start_others(args)
    loop = Loop(args)
    optimizer = loop.choose_optimizer()
    if args.rank > 0:
        follow(loop, args)
        return
    info = {
        "torch": torch.__version__,
        "optimizer": optimizer,
        "processes": args.processes,
        "blas": blas(),
        "threads": torch.get_num_threads(),
        "wait_policy": os.environ.get("OMP_WAIT_POLICY"),
        "device": args.device,
    }
    print(json.dumps(info), flush=True)
    for line in sys.stdin:
        count = told(int(line.split()[0]), args)
        seconds, loss, accuracy = loop.steps(count)
        answer = {
            "steps": count,
            "seconds": seconds,
            "tokens": count * args.lanes * args.bptt,
            "loss": loss,
            "accuracy": accuracy,
            "resident_memory_bytes": resident_bytes(),
        }
        print(json.dumps(answer), flush=True)
    told(0, args)


if __name__ == "__main__":
    end_with_parent()
    main()
