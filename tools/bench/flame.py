#!/usr/bin/env python3
"""Draws a flame graph, as one SVG without scripts, of what `perf script` prints.

    perf record -F 199 --call-graph dwarf,16384 -p PID -o ingest.perf -- sleep 8
    perf script -i ingest.perf --no-inline | tools/bench/flame.py > ingest.svg

A frame is as wide as the share of the samples it is in. Frames narrower than MIN_SHARE are left out, and those of the
runtimes that every stack has. Also prints, to standard error, the frames that most samples end in.
"""

import collections
import html
import re
import sys

WIDTH = 1200
ROW = 16
MIN_SHARE = 0.004
DEPTH_MAX = 60
CHAR = 6.2
# What only carries others.
CARRIERS = re.compile(
    r"^(tokio|actix_rt|actix_server|std|core|alloc|futures_util|futures_core|futures_channel|tracing|clone3|start_thread|__libc"
    r"|_start|\[unknown\]|entry_SYSCALL|do_syscall|asm_|\?\?|__rust|main$|local_waker|<.* as core::(future|ops)|<F as |<T as )"
)


def stacks(lines):
    """Stacks from the outside in, each with how many samples it has."""
    counts = collections.Counter()
    frames, thread = [], None
    for line in lines:
        line = line.rstrip()
        if not line:
            if frames:
                counts[(thread, *reversed(frames))] += 1
            frames, thread = [], None
        elif not line[0].isspace():
            # "actix-server wo  4711  123.4:  cpu-clock:" and the like.
            thread = re.split(r"\s+\d+(/\d+)?\s", line, maxsplit=1)[0].strip()
        else:
            name = name_of(line)
            if name and not CARRIERS.match(name):
                frames.append(name)
    return counts


def name_of(line):
    found = re.match(r"\s*[0-9a-f]+ (.*?)(\+0x[0-9a-f]+)? \(.*\)$", line)
    name = found.group(1) if found else line.strip()
    name = re.sub(r"::\{\{closure\}\}|::h[0-9a-f]{16}|\.(isra|constprop|part|llvm)\.\d+", "", name)
    return re.sub(r"<([^<>]*::)?([A-Za-z0-9_]+)( as [^<>]*)?>", r"\2", name)


class Frame:
    def __init__(self):
        self.count = 0
        self.below = {}


def tree(counts):
    root = Frame()
    for stack, count in counts.items():
        at = root
        at.count += count
        for name in stack[:DEPTH_MAX]:
            at = at.below.setdefault(name, Frame())
            at.count += count
    return root


def draw(root):
    boxes, deepest = [], 0
    todo = [(root, "all", 0.0, 0)]
    while todo:
        frame, name, left, depth = todo.pop()
        deepest = max(deepest, depth)
        boxes.append((name, left, frame.count / root.count, depth))
        for below, inner in sorted(frame.below.items()):
            if inner.count / root.count >= MIN_SHARE:
                todo.append((inner, below, left, depth + 1))
                left += inner.count / root.count
    height = (deepest + 1) * ROW
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" '
        f'font-size="10"><rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    )
    for name, left, share, depth in boxes:
        x, width, y = left * WIDTH, share * WIDTH, height - (depth + 1) * ROW
        letters = int(width / CHAR) - 1
        shown = html.escape(name[:letters]) if letters > 2 else ""
        hue = 20 + sum(map(ord, name.split("::")[0])) % 40
        title = html.escape(f"{name}: {share:.1%}")
        yield (
            f'<g><title>{title}</title><rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" '
            f'fill="hsl({hue} 80% 68%)"/><text x="{x + 2:.1f}" y="{y + 11}">{shown}</text></g>'
        )
    yield "</svg>"


def main():
    counts = stacks(sys.stdin)
    if not counts:
        sys.exit("No samples. Give the output of `perf script`.")
    for line in draw(tree(counts)):
        print(line)
    ends = collections.Counter()
    for stack, count in counts.items():
        ends[stack[-1]] += count
    total = sum(counts.values())
    for name, count in ends.most_common(25):
        print(f"{count / total:6.1%}  {name}", file=sys.stderr)


if __name__ == "__main__":
    main()
