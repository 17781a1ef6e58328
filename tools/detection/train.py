#!/usr/bin/env python3
"""Makes the weights of the detectors (src/ai/signals/weights/*.bin) and prints what they are worth on lines they have not seen.

    pip install -r tools/detection/requirements.txt
    cargo build
    python tools/detection/train.py DATA_DIR            # prints the figures and writes the weights
    python tools/detection/train.py DATA_DIR --dry-run  # prints the figures only

What is learned about progress builds on the weights of the repeated questions, so when those have changed, build again and end with
`--only progress`.

DATA_DIR holds human_request.jsonl, frustration.jsonl, topic_messages.jsonl, topics.json and repeat_pairs.jsonl. Their texts are
learned from and never stored: the weights hold numbers. Our own lines lie beside this script. The features are those of the
program itself (`baton classify --features`), so training and running can not drift apart.

Every figure is cross-validated: a message, and every message made from the same template, is judged by weights that have not seen
it.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import subprocess

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUCKETS = 1 << 14
FOLDS = 5
LANGUAGES = "ar de en es fr hi id it ja ko nl pl pt ru tr uk zh".split()  # the order of Language::ALL


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def fold(key, count=FOLDS):
    return int(hashlib.md5(key.encode()).hexdigest(), 16) % count


class Features:
    """What the program sees of a text."""

    def __init__(self, baton):
        self.baton = baton
        self.known = {}

    def learn(self, texts):
        missing = [text for text in dict.fromkeys(texts) if text not in self.known]
        if not missing:
            return
        asked = "".join(json.dumps({"id": str(at), "text": text}) + "\n" for at, text in enumerate(missing))
        command = [self.baton, "classify", "--features"]
        answer = subprocess.run(command, input=asked.encode(), stdout=subprocess.PIPE, check=True).stdout
        for text, line in zip(missing, answer.splitlines(), strict=True):
            self.known[text] = json.loads(line)

    def vectors(self, texts):
        self.learn(texts)
        empty = np.zeros(512, np.float32)
        decoded = (self.known[text]["vector"] for text in texts)
        return np.stack([np.frombuffer(base64.b64decode(v), "<f4") if v else empty for v in decoded])

    def hints(self, texts, topics):
        """How much the words alone speak for each topic."""
        asked = "".join(json.dumps({"id": "", "text": text, "topics": topics}) + "\n" for text in texts)
        command = [self.baton, "classify", "--features"]
        answer = subprocess.run(command, input=asked.encode(), stdout=subprocess.PIPE, check=True).stdout
        return np.array([json.loads(line)["hints"] for line in answer.splitlines()]).T

    def languages(self, texts):
        return np.array([self.known[text]["language"] or "en" for text in texts])

    def matrix(self, texts, style_weight):
        vectors = self.vectors(texts)
        style = np.array([self.known[text]["style"] for text in texts], np.float32) * style_weight
        grams = [self.known[text]["grams"] for text in texts]
        starts = np.cumsum([0] + [len(gram) for gram in grams])
        flat = [pair for gram in grams for pair in gram]
        values, columns = [pair[1] for pair in flat], [pair[0] for pair in flat]
        counted = sparse.csr_matrix((values, columns, starts), shape=(len(texts), BUCKETS))
        return sparse.hstack([sparse.csr_matrix(vectors), sparse.csr_matrix(style), counted]).tocsr()


class File:
    """A file of weights: named matrices, as floats or as small integers with one scale per row."""

    def __init__(self):
        self.parts = [b"BATONW1\n"]

    def add(self, name, matrix, small=False):
        matrix = np.atleast_2d(np.asarray(matrix, np.float32))
        rows, columns = matrix.shape
        head = bytes([len(name)]) + name.encode() + bytes([small]) + np.array([rows, columns], "<u4").tobytes()
        self.parts.append(head)
        if small:
            scales = np.maximum(np.abs(matrix).max(axis=1), 1e-9) / 127
            self.parts += [scales.astype("<f4").tobytes(), np.round(matrix / scales[:, None]).astype("i1").tobytes()]
        else:
            self.parts.append(matrix.astype("<f4").tobytes())

    def write(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(self.parts))
        print(f"wrote {path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


# Heads: is this message a request for a person, does it show frustration?

POSITIVE = {"human_request": ("request", "angry_request"), "frustration": ("angry", "angry_request")}
CORE = {"human_request": ("handmade", "nlupp", "botframework", "rasa"), "frustration": ("handmade", "real")}
STYLE_WEIGHT = {"human_request": 1.0, "frustration": 0.7}
LEXICAL = slice(512, 512 + 11)
FALSE_ALARMS_MAX = 0.0024
FAR, REACH, NEAR_C = 5, 0.04, 3  # how much meaning counts beside style, how fast nearness fades, how much a mistake costs
LINEAR_SHARE = 0.1


def group(row, counts):
    """Rows that come from one template are one group, across languages."""
    if row["src"] == "handmade" and row["lang"] != "en":
        key = (row["lang"], row["kind"])
        counts[key] = counts.get(key, -1) + 1
        return f"template {row['kind']} {counts[key]}"
    return row["text"]


def part_of(row, task):
    source, english = row["src"].split("-")[0], row["lang"] == "en"
    if source == "ours":
        return "ours/en" if english else "ours/other"
    if source in CORE[task]:
        return "core/en" if english else "core/other"
    return "plain" if source in ("plain", "banking77", "clinc150") and not row["label"] else "more"


def rows_for(task, data, ours):
    counts = {}
    rows = [row for row in lines(data / f"{task}.jsonl") if row["label"] in (0, 1)]
    rows = [row for row in rows if row["src"] not in ("goemotions", "xed")]
    # One source of many near-copies must not drown the others.
    rows = [row for row in rows if row["src"] != "bitext" or row["label"] or fold(row["text"], 4) == 0]
    for row in rows:
        row["group"] = group(row, counts)
    known = {row["text"] for row in rows}
    calm = [row for row in lines(data / "topic_messages.jsonl") if row["src"] != "handmade" and row["text"] not in known]
    calm = [row for row in calm if not any(word in row["intent"] for word in ("complaint", "contact"))]
    for row in calm:
        if fold(row["text"], 4) == 0:
            rows.append({"src": "more", "text": row["text"], "lang": "en", "label": 0, "group": row["text"]})
    for row in ours:
        label = int(row["kind"] in POSITIVE[task])
        rows.append({"src": "ours", "text": row["text"], "lang": row["lang"], "label": label, "group": row["text"]})
    return rows


def f1(chosen, labels):
    return 2 * (chosen & labels).sum() / max(chosen.sum() + labels.sum(), 1)


def figures(scores, labels, parts, border):
    chosen = scores > border
    out = {name: f1(chosen[parts == name], labels[parts == name]) for name in ("core/en", "core/other", "ours/en", "ours/other")}
    return out | {"plain false alarms": chosen[parts == "plain"].mean()}


def best_border(scores, labels, parts):
    candidates = np.quantile(scores, np.linspace(0.6, 0.999, 400))
    rated = [(figures(scores, labels, parts, border), border) for border in candidates]
    allowed = [(sum(f.values()), border) for f, border in rated if f["plain false alarms"] <= FALSE_ALARMS_MAX]
    return max(allowed)[1]


class Judge:
    """Weighs a message twice: word by word with one weight for each thing, and by how near it lies to messages that are known."""

    def __init__(self, matrix, labels, weights, kept):
        self.linear = LogisticRegression(C=3, solver="liblinear", max_iter=200, tol=1e-3)
        self.linear.fit(matrix, labels, sample_weight=weights)
        # The many ordinary messages teach little here and would each become a number to keep.
        near = self.place(matrix[kept])
        self.near = SVC(C=NEAR_C, kernel="rbf", gamma=REACH, cache_size=400)
        self.near.fit(near, labels[kept], sample_weight=weights[kept] / weights.max())

    @staticmethod
    def place(matrix):
        return matrix[:, :-BUCKETS].toarray() * np.concatenate([np.full(512, FAR), np.ones(matrix.shape[1] - BUCKETS - 512)])

    def score(self, matrix):
        return self.near.decision_function(self.place(matrix)) + LINEAR_SHARE * self.linear.decision_function(matrix)


def train_head(task, data, ours, features, out):
    rows = rows_for(task, data, ours)
    texts = [row["text"] for row in rows]
    labels = np.array([row["label"] == 1 for row in rows])
    parts = np.array([part_of(row, task) for row in rows])
    folds = np.array([fold(row["group"]) for row in rows])
    matrix = features.matrix(texts, STYLE_WEIGHT[task])
    # The phrasebooks were written by people who knew the development lines. So that the head does not trust them more than
    # they deserve, half of those lines are learned without them.
    blind = np.array([part.startswith("core") and fold(text + "blind", 2) == 0 for part, text in zip(parts, texts)])
    mask = np.ones(matrix.shape[1])
    mask[LEXICAL] = 0
    learned = sparse.diags(1.0 - blind) @ matrix + sparse.diags(blind * 1.0) @ matrix @ sparse.diags(mask)
    learned = learned.tocsr()
    ordinary = (parts == "more") | (parts == "plain")
    weights = np.where(ordinary, 1.0, 4.0)
    kept = ~ordinary | np.array([fold(text + "kept", 2) == 0 for text in texts])

    def fit(chosen):
        return Judge(learned[chosen], labels[chosen], weights[chosen], kept[chosen])

    scores = np.zeros(len(rows))
    for number in range(FOLDS):
        scores[folds == number] = fit(folds != number).score(matrix[folds == number])
    border = best_border(scores, labels, parts)
    slope = LogisticRegression(C=100).fit((scores - border)[:, None], labels).coef_[0, 0]
    print(task, {name: round(float(value), 4) for name, value in figures(scores, labels, parts, border).items()})
    if not out:
        return
    judge = fit(np.ones(len(rows), bool))
    coefficients = judge.linear.coef_[0] * LINEAR_SHARE
    known = judge.near.support_vectors_
    file = File()
    bias = judge.linear.intercept_[0] * LINEAR_SHARE + judge.near.intercept_[0]
    file.add("calibration", [bias, border, slope])
    file.add("vector", coefficients[:512])
    file.add("style", coefficients[512:-BUCKETS] * STYLE_WEIGHT[task])
    file.add("grams", coefficients[-BUCKETS:], small=True)
    file.add("known", known[:, :512] / FAR, small=True)
    file.add("known_style", known[:, 512:] / STYLE_WEIGHT[task], small=True)
    file.add("known_weight", judge.near.dual_coef_[0][:, None])
    file.add("reach", [REACH * FAR**2, REACH * STYLE_WEIGHT[task] ** 2])
    print(f"{task}: {len(known)} known messages")
    file.write(out / f"{task}.bin")


# Topics: landmarks of support language in a space without languages and small talk.

FRAMES = ["{}", "I have a question about {}", "I need help with {}", "This is about {}"]
MUTE = 5
AKIN, RIVAL_SHARE, NEARLY_BEST, RIVALRY, KINSHIP_FULL, HINT = 0.5, 0.7, 0.85, 0.6, 0.3, 1.5  # as in topic_space.rs
NEAR = 12
INTENT_WORTH = 1.0  # likeness of a phrase to the middle of an intent's messages
SAYS_NOTHING = ("contentonly", "oos", "greeting", "confirmation", "rejection", "thankyou", "yes", "no", "maybe")


def unit(matrix):
    return matrix / np.maximum(np.linalg.norm(matrix, axis=-1, keepdims=True), 1e-6)


def train_topics(data, ours, features, out):
    landmarks = lines(HERE / "landmarks.jsonl")
    vectors = features.vectors([row["text"] for row in ours])
    spoken = np.array([row["lang"] for row in ours])
    ordinary = np.stack([vectors[spoken == language].mean(axis=0) for language in LANGUAGES])

    def language_free(matrix, languages):
        return unit(matrix - ordinary[[LANGUAGES.index(language) for language in languages]])

    _, axes = np.linalg.eigh(np.cov(language_free(vectors, spoken).T))
    mute = axes[:, -MUTE:].T

    def bring(matrix, languages):
        free = language_free(matrix, languages)
        return unit(free - (free @ mute.T) @ mute)

    def phrases(names):
        framed = features.vectors([frame.format(name) for name in names for frame in FRAMES])
        return bring(unit(framed.reshape(len(names), len(FRAMES), -1).mean(axis=1)), ["en"] * len(names))

    names = phrases([row["phrase"] for row in landmarks])
    examples = [bring(features.vectors(row["examples"]), ["en"] * len(row["examples"])) for row in landmarks]
    places = unit(np.stack([0.5 * name + found.mean(axis=0) for name, found in zip(names, examples)]))

    messages = lines(data / "topic_messages.jsonl")
    texts = [row["text"] for row in messages]
    known = features.vectors(texts)
    language = features.languages(texts)
    seen = bring(known, language)
    intent = np.array([row["intent"] for row in messages])
    half = np.array([fold(text + "half", 2) for text in texts])
    source = np.array([row["src"] for row in messages])
    intents = [name for name in sorted(set(intent)) if not name.startswith("handmade") and not name.endswith(SAYS_NOTHING)]
    intents = [name for name in intents if (intent == name).sum() >= 10]
    random = np.random.default_rng(1)
    kept = np.concatenate([random.permutation(np.where(spoken == code)[0])[: 220 if code == "en" else 50] for code in LANGUAGES])
    background = bring(vectors[kept], spoken[kept])
    topics = json.loads((data / "topics.json").read_text(encoding="utf-8"))
    asked = phrases([topic["phrase"] for topic in topics])

    def scores(at, use):
        """How far every message lies towards a topic, if the program knew these intents."""
        middles = unit(np.stack([seen[(intent == name) & (half == 0)].mean(axis=0) for name in use]))
        marks = np.vstack([places, middles])
        kinship = np.concatenate([names @ asked[at], middles @ asked[at] * INTENT_WORTH])
        chosen = (kinship > AKIN) & (kinship >= NEARLY_BEST * max(kinship.max(), AKIN))
        weight = np.where(chosen, kinship, 0) ** 2
        topic = unit(asked[at] + weight @ marks / max(weight.sum(), KINSHIP_FULL))
        far = kinship < AKIN * RIVAL_SHARE
        value = seen @ topic - RIVALRY * (seen @ marks[far].T).max(axis=1)
        usual = background @ topic - RIVALRY * (background @ marks[far].T).max(axis=1)
        out = np.zeros(len(value))
        for code in LANGUAGES:
            here = spoken[kept] == code
            out[language == code] = (value[language == code] - usual[here].mean()) / usual[here].std()
        return out

    def measure(border, all_scores):
        rated = {"public": [], "handmade": []}
        for at, topic in enumerate(topics):
            rows = (source == topic["src"]) & ~np.isin(intent, topic["skip"])
            rows &= (half == 1) | (source == "handmade")
            positive = np.isin(intent[rows], topic["positive"])
            limit = np.where(language[rows] == "en", border[0], border[1])
            chosen = all_scores[at][rows] > limit
            recall, alarms = chosen[positive].mean(), chosen[~positive].mean()
            rated["handmade" if topic["src"] == "handmade" else "public"].append((f1(chosen, positive), recall, alarms))
        return {kind: np.mean(values, axis=0) for kind, values in rated.items()}

    # As for a topic nobody thought of: its own intents are taken out of the landmarks.
    hints = np.zeros((len(topics), len(messages)))
    for name in sorted(set(source)):
        of_source = [at for at, topic in enumerate(topics) if topic["src"] == name]
        asked_about = np.where((source == name) & ((half == 1) | (source == "handmade")))[0]
        found = features.hints([texts[at] for at in asked_about], [topics[at]["phrase"] for at in of_source])
        hints[np.ix_(of_source, asked_about)] = found
    unseen = [HINT * hints[at] + scores(at, [n for n in intents if n not in t["positive"] and n not in t["skip"]]) for at, t in enumerate(topics)]
    english = best_english(measure, unseen)
    other = 2.4
    result = measure((english, other), unseen)
    print("topics, phrase alone: F1, recall, false alarms:", {k: np.round(v, 4).tolist() for k, v in result.items()})
    if not out:
        return
    middles = unit(np.stack([seen[intent == name].mean(axis=0) for name in intents]))
    marks = np.vstack([places, middles])
    nearness = background @ marks.T
    near = np.argsort(-nearness, axis=1)[:, :NEAR]
    file = File()
    file.add("ordinary", ordinary, small=True)
    file.add("mute", mute)
    file.add("landmarks", marks, small=True)
    file.add("names", np.vstack([names, middles]), small=True)
    file.add("worth", np.array([1.0] * len(names) + [INTENT_WORTH] * len(middles))[:, None])
    file.add("background", background, small=True)
    file.add("background_language", np.array([LANGUAGES.index(code) for code in spoken[kept]])[:, None])
    file.add("near", near)
    file.add("nearness", np.take_along_axis(nearness, near, axis=1))
    file.add("calibration", [english, other, 1.5])
    file.write(out / "topic.bin")


def best_english(measure, scores):
    rated = [(measure((border, 3.0), scores)["public"], border) for border in np.linspace(1.5, 5, 71)]
    return max((value[0], border) for value, border in rated if value[2] <= 0.0062)[1]


# Repeats: does the customer ask again what was asked before?

SHARPNESS = 25.0  # how soon a message belongs to one intent alone
INTENT_DIRECTIONS, INTENT_SHRINKAGE, INTENT_NOISE = 192, 0.6, 0.2


class Intents:
    """Directions in which intents lie apart, and the middle of each."""

    def __init__(self, vectors, intent):
        names = [name for name in sorted(set(intent)) if (intent == name).sum() >= 5]
        parts = [vectors[intent == name] for name in names]
        middles = np.stack([part.mean(axis=0) for part in parts])
        apart = np.concatenate([part - part.mean(axis=0) for part in parts])
        within = apart.T @ apart / (len(apart) - len(parts))
        even = np.trace(within) / 512 * np.eye(512)
        spread, axes = np.linalg.eigh((1 - INTENT_SHRINKAGE) * within + INTENT_SHRINKAGE * even)
        level = axes @ np.diag(spread**-0.5) @ axes.T
        telling, axes = np.linalg.eigh(level @ np.cov(middles.T) @ level)
        best = np.argsort(-telling)[:INTENT_DIRECTIONS]
        self.directions = (level @ axes[:, best] * np.sqrt(telling[best] / (telling[best] + INTENT_NOISE))).T
        self.middles = unit(np.stack([unit(part @ self.directions.T).mean(axis=0) for part in parts]))

    def shares(self, vectors):
        """The roots of how likely each intent is."""
        sharp = np.exp(SHARPNESS * (unit(vectors @ self.directions.T) @ self.middles.T))
        return np.sqrt(sharp / sharp.sum(axis=1, keepdims=True))


def space(vectors, intent):
    """Ways in which messages of one intent differ say little about what is asked."""
    within = np.zeros((512, 512))
    names = sorted(set(intent))
    for name in names:
        found = vectors[intent == name] - vectors[intent == name].mean(axis=0)
        within += found.T @ found / len(found)
    within /= len(names)
    values, axes = np.linalg.eigh(within + np.trace(within) / 512 * np.eye(512))
    return vectors.mean(axis=0), axes @ np.diag(values**-0.5) @ axes.T


def compared(one, other, vectors, intent):
    """What repeat.rs compares: the directions, the intents, and how surely both are of an intent that is known."""
    middle, turn = space(vectors, intent)
    alike = (unit((one - middle) @ turn) * unit((other - middle) @ turn)).sum(axis=1)
    intents = Intents(vectors, intent)
    a, b = intents.shares(one), intents.shares(other)
    sure = np.minimum(a.max(axis=1), b.max(axis=1)) ** 2
    same = (a * b).sum(axis=1)
    return np.stack([alike, same, sure, same * sure], axis=1)


def train_repeats(data, features, out):
    pairs = [row for row in lines(data / "repeat_pairs.jsonl") if row["label"] in (0, 1)]
    messages = [row for row in lines(data / "topic_messages.jsonl") if row["src"] != "handmade"]
    messages = [row for row in messages if not row["intent"].endswith(SAYS_NOTHING)]
    texts = np.array([row["text"] for row in messages])
    vectors = features.vectors([row["text"] for row in messages])
    intent = np.array([row["intent"] for row in messages])
    one, other = (features.vectors([row[name] for row in pairs]) for name in ("text", "previous"))
    labels = np.array([row["label"] == 1 for row in pairs])
    kinds = [row["kind"].split("|")[0].split("->")[0] for row in pairs]
    folds = np.array([fold(kind, 4) for kind in kinds])
    # Twice: as for intents that are known though the messages are not, and as for intents that nobody has thought of.
    known, unknown = np.zeros((len(pairs), 4)), np.zeros((len(pairs), 4))
    for number in range(4):
        here = folds == number
        said = {pair[name] for pair, mine in zip(pairs, here) if mine for name in ("text", "previous")}
        own = {f"banking/{kind}" for kind, at in zip(kinds, folds) if at == number}
        for target, left in ((known, ~np.isin(texts, list(said))), (unknown, ~np.isin(intent, list(own)))):
            target[here] = compared(one[here], other[here], vectors[left], intent[left])
    model = LogisticRegression(C=10, max_iter=2000).fit(np.vstack([known, unknown]), np.tile(labels, 2))
    scores = [np.zeros(len(pairs)), np.zeros(len(pairs))]
    for number in range(4):
        rest, here = folds != number, folds == number
        part = LogisticRegression(C=10, max_iter=2000).fit(np.vstack([known[rest], unknown[rest]]), np.tile(labels[rest], 2))
        for score, numbers in zip(scores, (known, unknown)):
            score[here] = part.decision_function(numbers[here])
    border = max(np.quantile(score[~labels], 0.981) for score in scores)
    for name, score in zip(("known", "unknown"), scores):
        chosen = score > border
        print(f"repeated question, {name} intents: recall {chosen[labels].mean():.4f} at {chosen[~labels].mean():.4f} false alarms")
    if not out:
        return
    middle, turn = space(vectors, intent)
    intents = Intents(vectors, intent)
    file = File()
    file.add("middle", middle)
    file.add("turn", turn, small=True)
    file.add("directions", intents.directions, small=True)
    file.add("intents", intents.middles, small=True)
    file.add("compared", model.coef_[0])
    file.add("calibration", [border - model.intercept_[0], SHARPNESS])
    file.write(out / "repeat.bin")
    return scores[0] - border


# Progress: does this turn lead nowhere? Learned after the weights of the repeats are in the program.


def train_progress(data, features, out):
    steps = [row | {"label": row["repeat"], "group": json.dumps(row["turns"][0])} for row in lines(HERE / "dialogues.jsonl")]
    steps += [row | {"label": row["repeat"], "group": json.dumps(row["turns"][0])} for row in lines(data / "dialogs.jsonl")]
    pairs = [row for row in lines(data / "repeat_pairs.jsonl") if row["label"] in (0, 1)]
    steps += [row | {"turns": [{"role": "customer", "text": row["previous"]}], "group": row["kind"].split("|")[0]} for row in pairs]
    asked = "".join(json.dumps({"id": "", "text": row["text"], "turns": row["turns"]}) + "\n" for row in steps)
    command = [features.baton, "classify", "--features"]
    answer = subprocess.run(command, input=asked.encode(), stdout=subprocess.PIPE, check=True).stdout
    numbers = np.array([json.loads(line)["progress"] for line in answer.splitlines()])
    labels = np.array([row["label"] == 1 for row in steps])
    dialogue = np.array(["previous" not in row for row in steps])
    folds = np.array([fold(row["group"]) for row in steps])
    weights = np.array([row.get("weight", 1.0) for row in steps])
    file = File()
    # A question without its answer is only compared; with the answer there is more to go by.
    for name, chosen, columns in (("alone", ~dialogue, slice(0, 5)), ("answered", dialogue, slice(0, 16))):
        numbers_here, labels_here, folds_here = numbers[chosen][:, columns], labels[chosen], folds[chosen]
        weights_here = weights[chosen]

        def fit(rows):
            return LogisticRegression(C=3, max_iter=2000).fit(numbers_here[rows], labels_here[rows], weights_here[rows])

        scores = np.zeros(len(labels_here))
        for number in range(FOLDS):
            scores[folds_here == number] = fit(folds_here != number).decision_function(numbers_here[folds_here == number])
        border = np.quantile(scores[~labels_here], 0.981) if name == "alone" else 0.0
        found = scores > border
        recall, alarms = found[labels_here].mean(), found[~labels_here].mean()
        print(f"progress, {name}: F1 {f1(found, labels_here):.4f}, recall {recall:.4f} at {alarms:.4f} false alarms")
        model = fit(np.ones(len(labels_here), bool))
        coefficients = np.zeros(16)
        coefficients[columns] = model.coef_[0]
        file.add(name, [model.intercept_[0] - border, *coefficients])
    if out:
        file.write(out / "progress.bin")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--baton", default=str(ROOT / "target" / "debug" / "baton"))
    parser.add_argument("--only", choices=["human_request", "frustration", "topics", "repeats", "progress"])
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args()
    out = None if options.dry_run else ROOT / "src" / "ai" / "signals" / "weights"
    features = Features(options.baton)
    ours = lines(HERE / "messages.jsonl")
    for task in POSITIVE:
        if options.only in (None, task):
            train_head(task, options.data, ours, features, out)
    if options.only in (None, "topics"):
        train_topics(options.data, ours, features, out)
    if options.only in (None, "repeats"):
        train_repeats(options.data, features, out)
    if options.only in (None, "progress"):
        train_progress(options.data, features, out)


if __name__ == "__main__":
    main()
