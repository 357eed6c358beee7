#!/usr/bin/env python3
"""Whether KenLM, which shares no code with degarble, gives the log-probabilities that degarble gives, for a model that is exported.

    benches/rivals/kenlm_check.py                              # a small model of the invented pages
    benches/rivals/kenlm_check.py --corpus CALLS --text PAGE   # a model of one's own, asked about a text of one's own

Python 3.10 or newer; KenLM's package comes by pip into the folder of the race (target/rivals). `degarble train --arpa` writes the weights
as they were estimated, the packed model holds them rounded to one of 256 steps an order: what should be found is small differences,
a few where steps are wide. Exit code 1 if the mean is beyond 0.01 or any beyond 0.5 (of a power of ten): then formats or arithmetic
differ, not roundings.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import language_model
import rivals
import texts

# What the package is asked, in its own environment: a line of scores for each line of symbols; the last of them is the sentence's end.
ASK = """
import sys, kenlm
model = kenlm.Model(sys.argv[1])
for line in open(sys.argv[2], encoding="utf-8"):
    words = line.split("\\t")[0].split(" ")
    print(*(f"{score:.6f}" for score, *_ in model.full_scores(" ".join(words[:-1]), bos=True, eos=True)))
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=rivals.ROOT / "target" / "rivals", help="where KenLM lives (default: target/rivals)")
    parser.add_argument("--degarble", type=Path, metavar="PROGRAM", help="this degarble instead of a release build of the repository")
    parser.add_argument("--corpus", type=Path, nargs="+", metavar="PATH", help="clean calls to train on")
    parser.add_argument("--text", type=Path, help="what both are asked about (default: the invented pages, spun and clean)")
    args = parser.parse_args()
    place = rivals.Place(args.folder, args.degarble)
    sets = texts.load(rivals.ROOT, None, None, None)
    text = args.text or texts.write(place.scratch / "asked.txt", sets.clean + sets.spun + sets.ocr)
    try:
        version = place.pip("kenlm")
        both = language_model.Both(place, language_model.documents(place, args.corpus, sets.clean + sets.spun), text.resolve())
        both.ours()
    except rivals.Absent as error:
        sys.exit(f"kenlm_check.py: {error}")
    argv = [place.python, "-c", ASK, both.arpa, both.sentences]
    theirs = subprocess.run([str(arg) for arg in argv], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    worst, differences = (0.0, ""), []
    for line, scores in zip(texts.read_lines(both.sentences), theirs, strict=True):
        words, ours = (part.split(" ") for part in line.split("\t"))
        for i, (a, b) in enumerate(zip(ours, scores.split(" "), strict=True)):
            differences.append(abs(float(a) - float(b)))
            worst = max(worst, (differences[-1], f"{' '.join(words[max(0, i - 3) : i + 1])}: {a}, KenLM {b}"))
    differences.sort()
    count = len(differences)
    mean, beyond = sum(differences) / count, sum(d > 0.1 for d in differences)
    print(f"KenLM {version}, {count:,} look-ups; differences of base-10 log-probabilities:")
    print(f"mean {mean:.5f}, median {differences[count // 2]:.5f}, 99 % within {differences[count * 99 // 100]:.5f}, beyond 0.1: {beyond}")
    print(f"largest {worst[0]:.5f}: {worst[1]}")
    return int(mean > 0.01 or worst[0] > 0.5)


if __name__ == "__main__":
    sys.exit(main())
