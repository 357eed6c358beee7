"""The texts of the race: the sets that quality is judged on, and long texts made of them to measure speed with."""

import random
from dataclasses import dataclass
from pathlib import Path

import quality


def read_lines(path):
    """The lines of a text file, without the end of the last one."""
    text = Path(path).read_bytes().decode("utf-8").replace("\r\n", "\n")
    return text.removesuffix("\n").split("\n")


@dataclass
class Sets:
    """Pages to repair, each set as one file's worth of lines."""

    spun: list
    spun_page: quality.Page
    ocr: list
    ocr_page: quality.Page
    clean: list


def load(root, spun, ocr, clean):
    """Reads the sets: pages that were named, else the invented ones of the repository."""
    pages = root / "tests" / "pages"
    spun = spun or [pages / "sample.spun.txt", pages / "sample.original.txt"]
    ocr = ocr or [pages / "ocr.read.txt", pages / "ocr.original.txt"]
    clean = clean or [pages / "sample.original.txt", pages / "ocr.original.txt"]
    spun, *spun_gold = map(read_lines, spun)
    ocr, *ocr_gold = map(read_lines, ocr)
    clean = [line for path in clean for line in read_lines(path)]
    return Sets(spun, quality.Page(spun, spun_gold), ocr, quality.Page(ocr, ocr_gold), clean)


def write(path, lines):
    """Writes lines and returns the path."""
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def long_text(lines, size):
    """Lines of about `size` bytes: those given, as far as they go; if they are fewer, paragraphs of their sentences in an order that
    never comes back, so that it is not one page again and again. The same on every run."""
    total = 0
    for count, line in enumerate(lines, 1):
        total += len(line.encode()) + 1
        if total >= size:
            return lines[:count]
    chance = random.Random(7)
    sentences = [sentence for line in lines for sentence in sentences_of(line)]
    out, total = [], 0
    while total < size:
        chance.shuffle(sentences)
        at = 0
        while at < len(sentences):
            count = chance.randint(1, 6)
            out.append(" ".join(sentences[at : at + count]))
            total += len(out[-1].encode()) + 1
            at += count
    return out


def sentences_of(line):
    """The sentences of a line, as far as a full stop and a space tell."""
    parts = [part for part in line.split(". ") if part]
    return [part + "." for part in parts[:-1]] + parts[-1:]


def head(path, size):
    """The first lines of a text file, of about `size` bytes, in a file beside it."""
    if path.stat().st_size <= size:
        return path
    out = path.with_name(f"{path.stem}-{size}.txt")
    if not out.exists():
        with open(path, "rb") as whole:
            text = whole.read(size) + whole.readline()
        out.write_bytes(text)
    return out
