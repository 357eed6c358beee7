"""How good a repair is: edits on tokens against one or more references, and word error rate.

An edit is a changed token, or what was put into a gap between tokens. The repair's edit is right when a reference has the same edit
in the same place. Marks are tokens, quotation marks are equal in all their shapes, and a contraction equals its expansion, so that
nobody gains or loses by taste.
"""

import difflib
import re
from dataclasses import dataclass

TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W_]+(?:'[^\W_]+)?|[^\w\s]|_")
PLAIN = str.maketrans("‘’`“”–—\u00a0", "'''\"\"-- ")
IRREGULAR = {"can't": "can", "won't": "will", "shan't": "shall", "cannot": "can"}
TAILS = {"'s": "is", "'re": "are", "'ve": "have", "'ll": "will", "'d": "would", "'m": "am"}


@dataclass
class Score:
    """Counts over a set of lines, and what follows from them."""

    made: int = 0
    wanted: int = 0
    right: int = 0
    errors_before: int = 0
    errors_after: int = 0
    length: int = 0

    @property
    def precision(self):
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self):
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f_half(self):
        """The weighted mean that counts precision twice as much as recall (van Rijsbergen 1979)."""
        p, r = self.precision, self.recall
        return 1.25 * p * r / (0.25 * p + r) if p + r else 0.0

    @property
    def wer_before(self):
        return self.errors_before / max(1, self.length)

    @property
    def wer_after(self):
        return self.errors_after / max(1, self.length)


def expanded(token):
    """A token as one or two: "isn't" as "is not"."""
    low = token.lower()
    if low in IRREGULAR:
        return [IRREGULAR[low], "not"]
    if low.endswith("n't") and len(low) > 3:
        return [token[:-3], "not"]
    for tail, full in TAILS.items():
        if low.endswith(tail) and len(low) > len(tail):
            return [token[: -len(tail)], full]
    return [token]


def tokens(line):
    """The tokens of a line, contractions expanded."""
    return [part for token in TOKEN.findall(line.translate(PLAIN)) for part in expanded(token)]


def swap_cost(a, b):
    """What it costs, in hundredths, to put one token for another: forms of one word are drawn together, words and marks apart."""
    if a == b:
        return 0
    if a[0].isalnum() != b[0].isalnum():
        return 190
    return 99 if a[:3].lower() == b[:3].lower() else 100


def table(a, b, cost):
    """Costs of the Levenshtein alignments of all heads of `a` and `b`."""
    rows = [[100 * j for j in range(len(b) + 1)]]
    for i, x in enumerate(a, 1):
        above, row = rows[-1], [100 * i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j - 1] + cost(x, y), above[j] + 100, row[-1] + 100))
        rows.append(row)
    return rows


def ends(a, b):
    """How many tokens both begin with, and end with after that."""
    most = min(len(a), len(b))
    head = next((i for i in range(most) if a[i] != b[i]), most)
    tail = next((i for i in range(most - head) if a[-1 - i] != b[-1 - i]), most - head)
    return head, tail


def edits(source, target):
    """The edits that make `target` of `source`: by 2 x index of a token, or 2 x index - 1 of the gap before it, the text there."""
    head, tail = ends(source, target)
    a, b = source[head : len(source) - tail], target[head : len(target) - tail]
    rows = table(a, b, swap_cost)
    out = {}
    i, j = len(a), len(b)
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + swap_cost(a[i - 1], b[j - 1]):
            i, j = i - 1, j - 1
            if a[i] != b[j]:
                out[2 * (head + i)] = b[j]
        elif i and rows[i][j] == rows[i - 1][j] + 100:
            i -= 1
            out[2 * (head + i)] = ""
        else:
            j -= 1
            gap = 2 * (head + i) - 1
            out[gap] = f"{b[j]} {out.get(gap, '')}".strip()
    return out


def distance(a, b):
    """Number of tokens to change, drop and add between two lists."""
    head, tail = ends(a, b)
    a, b = a[head : len(a) - tail], b[head : len(b) - tail]
    return table(a, b, lambda x, y: 100 * (x != y))[-1][-1] // 100


class Page:
    """Garbled lines and what they should be, by one or more hands; aligned once for all the programs that are compared."""

    def __init__(self, garbled, references):
        for reference in references:
            if len(reference) != len(garbled):
                raise ValueError(f"{len(garbled)} garbled lines, {len(reference)} in a reference: lines must go together")
        self.garbled = [tokens(line) for line in garbled]
        self.references = [[tokens(line) for line in lines] for lines in zip(*references)]
        self.wanted = [[edits(g, r) for r in refs] for g, refs in zip(self.garbled, self.references)]
        self.before = [min(distance(g, r) for r in refs) for g, refs in zip(self.garbled, self.references)]

    def score(self, repaired):
        """Scores a repair, line by line against the reference that fits it best; what another reference does is right too."""
        if len(repaired) != len(self.garbled):
            raise ValueError(f"{len(self.garbled)} lines in, {len(repaired)} out: the program does not keep lines")
        out = Score(errors_before=sum(self.before))
        for garbled, line, refs, wanted in zip(self.garbled, repaired, self.references, self.wanted):
            line = tokens(line)
            made = edits(garbled, line)
            agreeing = [sum(w.get(at) == text for at, text in made.items()) for w in wanted]
            best = max(range(len(wanted)), key=lambda k: (2 * agreeing[k] - len(wanted[k]) / 2, -len(wanted[k])))
            right = sum(any(w.get(at) == text for w in wanted) for at, text in made.items())
            out.made += len(made)
            out.right += right
            out.wanted += len(wanted[best]) + right - agreeing[best]
            out.errors_after += min(distance(line, r) for r in refs)
            out.length += max(1, min(map(len, refs)))
        return out


def changed(lines, repaired):
    """Tokens of clean lines, and how many of them a program changed (or put between them)."""
    count = changes = 0
    for before, after in zip(lines, repaired, strict=True):
        a = tokens(before)
        count += len(a)
        if before != after:
            matcher = difflib.SequenceMatcher(None, a, tokens(after), autojunk=False)
            changes += sum(max(i2 - i1, j2 - j1) for op, i1, i2, j1, j2 in matcher.get_opcodes() if op != "equal")
    return count, changes
