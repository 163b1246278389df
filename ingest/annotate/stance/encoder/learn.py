"""Fine-tuning: the first layers of the base, read over roles, learn sides and stances. Needs torch; training only.

The network is plain functions over named weights, so that what is learned and what is exported are one thing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from ingest.annotate.stance.encoder.base import Base, layers_of
from ingest.annotate.stance.encoder.inputs import ROLES
from ingest.annotate.stance.encoder.network import OUTPUTS, POOLS, SIDES, after_end, pools
from ingest.annotate.stance.encoder.pieces import PAD, SPACE, UNKNOWN
from ingest.annotate.stance.model import STANCES

Weights = dict[str, Any]
"""Tensors by name."""

TEACHER, LAYERS = 12, 6
"""All of the base's layers learn from labels; what ships has half of them, which learn from labels and from these."""
RATE, HEAD_RATE, WARM_UP = 1.2e-4, 7.5e-4, 0.06
DECAY, DROPOUT, FORGET = 0.05, 0.1, 0.06
"""Weight decay; share of activations dropped; share of pieces replaced by UNKNOWN, so that no word decides alone."""
AVERAGED, STEADY, EVERY = 2, 0.3, 25
"""In the last courses, so many, the rate stands at this share of itself, and what comes of the training is the mean of
the weights after every so many batches: surer than where it happens to stop (Izmailov et al. 2018)."""
FROZEN = frozenset({"words", "places"})
"""Weights left as they were: the words of all languages stay where the base has put them, near to each other."""
BATCH = 32
BUCKET = 20 * BATCH
"""Batches are cut from shuffled stretches sorted by length: little padding, still mixed."""
TAUGHT = 0.7
"""Of what the teacher says beside what the label says."""
STANCE_WEIGHT = 0.3
"""Of a stance beside a side; where a set labels nothing else, it counts in full."""
ANY_NEUTRAL = 5
"""Label of a text that takes no side where the set does not say which kind it is."""
UNTOLD = -100
"""Label of what a set does not tell."""
REPORT = 100


@dataclass(frozen=True, slots=True)
class Lesson:
    """One pass and what it should say: `side` as the logits or ANY_NEUTRAL, `stances` toward A and B; or UNTOLD."""

    pieces: tuple[int, ...]
    side: int
    stances: tuple[int, int] = (UNTOLD, UNTOLD)


def begin(
    base: Base, kept: Sequence[int], stands_for: Mapping[str, Sequence[str]], *, layers: int, seed: int
) -> Weights:
    """Return the weights training begins with.

    `stands_for` gives for a role the words whose mean vector it begins with, or for its letter those of all its marks.
    """
    torch.manual_seed(seed)
    width, t = base.width, base.tensors
    words = t["emb.word"].reshape(-1, width)
    index = {p: i for i, p in enumerate(base.pieces)}

    def mean_of(role: str) -> npt.NDArray[np.float32]:
        names = stands_for.get(role) or stands_for[role[0]]
        return np.asarray(words[[index.get(SPACE + n, UNKNOWN) for n in names]].mean(axis=0))

    roles = np.stack([mean_of(role) for role in ROLES])
    places = np.concatenate((np.repeat(t["emb.type"].reshape(-1, width)[:1], 2, 0), t["emb.pos"].reshape(-1, width)))
    weights: Weights = {
        "words": torch.from_numpy(words[list(kept)].copy()),
        "roles": torch.from_numpy(roles),
        "places": torch.from_numpy(places.copy()),
        "head.weight": torch.randn(OUTPUTS, POOLS * width) * 0.01,
        "head.bias": torch.zeros(OUTPUTS),
    }
    return weights | {name: torch.from_numpy(v.copy()) for name, v in layers_of(base, layers).items()}


def thinned(w: Weights, layers: int) -> Weights:
    """Return a student to begin with: so many layers of a teacher, evenly, the last too, and all that is no layer."""
    numbers = {int(n.partition(".")[0]) for n in w if n[0].isdigit()}
    every = len(numbers) // layers
    student = {n: v.clone() for n, v in w.items() if not n[0].isdigit()}
    for name in (n for n in w if n[0].isdigit()):
        number, _, rest = name.partition(".")
        if (int(number) + 1) % every == 0:
            student[f"{int(number) // every}.{rest}"] = w[name].clone()
    return student


def says(w: Weights, lessons: Sequence[Lesson], base: Base, *, layers: int) -> dict[Lesson, npt.NDArray[np.float32]]:
    """Return what a trained network says of each lesson: OUTPUTS logits."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    w = {n: v.to(device) for n, v in w.items()}
    order = sorted(set(lessons), key=lambda lesson: len(lesson.pieces))
    found: dict[Lesson, npt.NDArray[np.float32]] = {}
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            some = order[start : start + BATCH]
            with _arithmetic(device):
                logits = forward(w, padded([lesson.pieces for lesson in some]), base, layers=layers)
            found.update(zip(some, logits.float().cpu().numpy(), strict=True))
            if (start // BATCH + 1) % REPORT == 0:
                print(f"asked the teacher of {len(found)} lessons of {len(order)}", flush=True)
    return found


def forward(w: Weights, ids: npt.NDArray[np.int64], base: Base, *, layers: int, drop: float = 0.0) -> Any:
    """Return logits, passes x OUTPUTS; `drop` is the share of activations dropped while learning."""
    size, width, device = len(w["words"]), base.width, w["words"].device
    numbers = torch.from_numpy(ids).to(device)
    words = functional.embedding(numbers.clamp(max=size - 1), w["words"])
    roles = functional.embedding((numbers - size).clamp(min=0), w["roles"])
    x = torch.where((numbers >= size)[..., None], roles, words)
    x = (
        x
        + w["places"][2 : 2 + ids.shape[1]]
        + w["places"][torch.from_numpy(after_end(ids).astype(np.int64)).to(device)]
    )
    x = _norm(x, w, "norm", base)
    x = _dropped(x, drop)
    seen = (numbers != PAD)[:, None, None, :]
    for i in range(layers):
        split = _linear(x, w, f"{i}.qkv").view(*ids.shape, 3, base.heads, width // base.heads)
        q, k, v = split.permute(2, 0, 3, 1, 4)
        told = _attention(q, k, v, seen)
        told = _linear(told.transpose(1, 2).reshape(x.shape), w, f"{i}.out")
        x = _norm(x + _dropped(told, drop), w, f"{i}.norm1", base)
        up = functional.gelu(_linear(x, w, f"{i}.up"), approximate="tanh")
        down = _dropped(_linear(up, w, f"{i}.down"), drop)
        x = _norm(x + down, w, f"{i}.norm2", base)
    masks = [torch.from_numpy(m)[..., None].to(device) for m in pools(ids, size)]
    pooled = torch.cat([(x * m).sum(1) / m.sum(1).clamp(min=1) for m in masks], dim=1)
    return _linear(_dropped(pooled, drop), w, "head")


def _dropped(x: Any, share: float) -> Any:
    """Drop a share of activations, to the nearest 256th; one random number serves eight: a fifth of the time spared."""
    if not share:
        return x
    least = round(256 * share)
    drawn = torch.empty(-(-x.numel() // 8), dtype=torch.int64, device=x.device).random_(-(2**63), None)
    kept = drawn.view(torch.uint8)[: x.numel()].view(x.shape) >= least
    return x * kept * (256 / (256 - least))


def _attention(q: Any, k: Any, v: Any, seen: Any) -> Any:
    """In single precision always: on a processor its way back in half precision takes five times as long."""
    with torch.autocast(q.device.type, enabled=False):
        return functional.scaled_dot_product_attention(q.float(), k.float(), v.float(), attn_mask=seen)


def _arithmetic(device: str) -> Any:
    """Return a context of products of 16-bit numbers (bfloat16) where a machine is fast at them: half the time."""
    able = torch.cpu.get_capabilities()
    fast = device == "cuda" or bool(able.get("avx512_bf16") or able.get("amx_bf16"))
    return torch.autocast(device, torch.bfloat16, enabled=fast)


def _linear(x: Any, w: Weights, name: str) -> Any:
    return functional.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def _norm(x: Any, w: Weights, name: str, base: Base) -> Any:
    return functional.layer_norm(x, (base.width,), w[f"{name}.weight"], w[f"{name}.bias"], base.epsilon)


def padded(rows: Sequence[tuple[int, ...]]) -> npt.NDArray[np.int64]:
    """Return passes x pieces, filled up with PAD."""
    ids = np.full((len(rows), max(map(len, rows))), PAD, dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
    return ids


def loss(logits: Any, lessons: Sequence[Lesson]) -> Any:
    """Return the mean cross-entropy of side and stances; a neutral text of unknown kind may be of any kind."""
    logs = functional.log_softmax(logits[:, :SIDES], dim=1)
    logs = torch.cat((logs, torch.logsumexp(logs[:, 2:], dim=1, keepdim=True)), dim=1)
    told = torch.tensor([lesson.side for lesson in lessons], device=logits.device)
    gold = torch.tensor([lesson.stances for lesson in lessons], device=logits.device)
    sides = functional.nll_loss(logs, told, ignore_index=UNTOLD, reduction="sum")
    stances = functional.cross_entropy(
        logits[:, SIDES:].reshape(-1, len(STANCES)), gold.reshape(-1), ignore_index=UNTOLD, reduction="none"
    )
    weight = torch.where(told == UNTOLD, 1.0, STANCE_WEIGHT)
    return (sides + (stances.reshape(gold.shape).sum(dim=1) * weight).sum()) / len(lessons)


def taught(logits: Any, told: npt.NDArray[np.float32]) -> Any:
    """Return how far the student's sides and stances are from the teacher's `told`: the mean cross-entropy."""
    gold = torch.from_numpy(told).to(logits.device)
    cuts = (0, SIDES, SIDES + len(STANCES), OUTPUTS)
    costs = []
    for first, end in pairwise(cuts):
        mine = functional.log_softmax(logits[:, first:end], dim=1)
        costs.append(-(functional.softmax(gold[:, first:end], dim=1) * mine).sum(dim=1).mean())
    return costs[0] + STANCE_WEIGHT * (costs[1] + costs[2])


def learn(
    w: Weights,
    courses: Sequence[Sequence[Lesson]],
    base: Base,
    *,
    layers: int,
    seed: int,
    checkpoint: Path,
    teacher: Mapping[Lesson, npt.NDArray[np.float32]] | None = None,
    done: Callable[[int], None] = lambda _: None,
) -> Weights:
    """Train on one course after the other; `checkpoint` is written after each, before `done`.

    With what a `teacher` says of every lesson, labels count only beside it.

    Goes on from there if it is of the same courses and settings, else begins anew. Returns the mean of the weights over
    the last AVERAGED courses.
    """
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(repr((courses, layers, seed, RATE, AVERAGED, STEADY, EVERY, TAUGHT)).encode())
    for told in (teacher or {}).values():
        digest.update(told.tobytes())
    key = digest.hexdigest()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    w = {n: v.to(device) for n, v in w.items()}
    free = {n: v.requires_grad_() for n, v in w.items() if n not in FROZEN}
    optimizer, schedule = _optimizer(free, [-(-len(lessons) // BATCH) for lessons in courses])
    mean = _Mean(free)
    for course in range(_resume(checkpoint, key, free, mean, optimizer, schedule), len(courses)):
        lessons, name = courses[course], f"course {course + 1} of {len(courses)}"
        rng = np.random.default_rng((seed, course))
        torch.manual_seed(seed + course)
        total, batches = 0.0, _batches(lessons, rng)
        for number, at in enumerate(batches, 1):
            ids = padded([lessons[i].pieces for i in at])
            gone = (rng.random(ids.shape) < FORGET) & (ids > UNKNOWN) & (ids < len(w["words"]))
            with _arithmetic(device):
                logits = forward(w, np.where(gone, UNKNOWN, ids), base, layers=layers, drop=DROPOUT).float()
            cost = loss(logits, [lessons[i] for i in at])
            if teacher is not None:
                heard = np.stack([teacher[lessons[i]] for i in at])
                cost = TAUGHT * taught(logits, heard) + (1 - TAUGHT) * cost
            optimizer.zero_grad()
            cost.backward()
            torch.nn.utils.clip_grad_norm_(free.values(), 1.0)
            optimizer.step()
            schedule.step()
            if course >= len(courses) - AVERAGED and number % EVERY == 0:
                mean.add(free)
            total += float(cost.detach())
            if number % REPORT == 0:
                print(f"{name}, batch {number} of {len(batches)}: loss {total / number:.4f}", flush=True)
        print(f"{name}: loss {total / len(batches):.4f}", flush=True)
        _save(checkpoint, key, course + 1, free, mean, optimizer, schedule)
        done(course + 1)
    return {n: v.detach().cpu() for n, v in (w | mean.weights(free)).items()}


class _Mean:
    """The running mean of weights; before the first are added it is what they are."""

    def __init__(self, free: Weights) -> None:
        self.count = 0
        self.means = {n: torch.zeros_like(v) for n, v in free.items()}

    def add(self, free: Weights) -> None:
        self.count += 1
        for name, value in free.items():
            self.means[name] += (value.detach() - self.means[name]) / self.count

    def weights(self, free: Weights) -> Weights:
        return self.means if self.count else free


def _optimizer(free: Weights, batches: Sequence[int]) -> tuple[Any, Any]:
    """Return AdamW, faster for the head, and a schedule that warms up, falls linearly, and stands at STEADY.

    `batches` are how many a course has.
    """
    head = [v for n, v in free.items() if n.startswith("head")]
    rest = [v for n, v in free.items() if not n.startswith("head")]
    optimizer = torch.optim.AdamW([{"params": rest, "lr": RATE}, {"params": head, "lr": HEAD_RATE}], weight_decay=DECAY)
    warm, falling = WARM_UP * sum(batches), max(1, sum(batches[:-AVERAGED]))
    rate = lambda step: min((step + 1) / warm, max(STEADY, 1 - (1 - STEADY) * step / falling))  # noqa: E731
    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, rate)


def _save(checkpoint: Path, key: str, course: int, free: Weights, mean: _Mean, optimizer: Any, schedule: Any) -> None:
    state = {"key": key, "course": course, "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict()}
    state |= {"weights": {n: v.detach() for n, v in free.items()}, "means": mean.means, "count": mean.count}
    partial = checkpoint.with_suffix(".part")
    torch.save(state, partial)
    partial.replace(checkpoint)


def _resume(checkpoint: Path, key: str, free: Weights, mean: _Mean, optimizer: Any, schedule: Any) -> int:
    """Take up what was saved, if it is of the same training; return how many courses are done."""
    saved = torch.load(checkpoint, weights_only=True, map_location="cpu") if checkpoint.exists() else {"key": None}
    if saved["key"] != key:
        return 0
    optimizer.load_state_dict(saved["optimizer"])
    schedule.load_state_dict(saved["schedule"])
    for name, value in free.items():
        value.data.copy_(saved["weights"][name])
        mean.means[name].copy_(saved["means"][name])
    mean.count = int(saved["count"])
    return int(saved["course"])


def _batches(lessons: Sequence[Lesson], rng: np.random.Generator) -> list[list[int]]:
    order = rng.permutation(len(lessons))
    cut: list[list[int]] = []
    for start in range(0, len(order), BUCKET):
        stretch = sorted(order[start : start + BUCKET].tolist(), key=lambda i: len(lessons[i].pieces))
        cut.extend(stretch[k : k + BATCH] for k in range(0, len(stretch), BATCH))
    return [cut[i] for i in rng.permutation(len(cut))]
