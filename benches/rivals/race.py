#!/usr/bin/env python3
"""The race: degarble beside programs that people would try in its place, on the same texts, in one run, in one table.

    benches/rivals/race.py                         # everything, on the invented pages of the repository
    benches/rivals/race.py --clean calls/*.txt --spun page.txt page.original.txt
    benches/rivals/race.py --only degarble,typos   # some of them

Python 3.10 or newer and its standard library. The first run installs the programs, each by its ordinary package manager, into one folder
that may be deleted (target/rivals; a quarter of an hour, most of it building typos); nothing else on the system changes. What cannot be
had is named under the table with the reason. Later runs take a few minutes.

What is measured, on one core, the programs taking turns, the best of several runs each:

  MB/s       bytes of text a second (millions) from file to repaired file, less the start-up, on a long clean and a long spun text: the
             pages given if they are long enough, otherwise paragraphs of their sentences in ever new order. Slow programs get the first
             part of the text, as much as they do in a few seconds.
  MiB        the most memory resident while repairing the long spun text
  start ms   from starting the program to its end with one short line
  P R F0.5   edits on words and marks against the original of the spun page: the share of the edits that are right, the share of the
             swaps that are undone, and their mean that counts precision twice as much
  WER        word error rate after the repair (that of the page as it is stands in the heading); for a scanned page as well
  harm       words changed of a thousand in clean pages, where the right number is 0

"looking only" stands for programs asked what they would change, without changing it. SymSpell and hunspell put their first suggestion in
the place of each word they do not know, as who uses them unattended must; hunspell's answers are put in place after the clock has
stopped. sed gets the pairs of degarble's own table as they are written, each spun form with its most probable original. JamSpell
trains on --corpus. KenLM repairs nothing: it is the yardstick of the language model's look-ups.
"""

import argparse
import datetime
import platform
import sys
from pathlib import Path

import language_model
import quality
import rivals
import texts
from measure import Failed, peak_bytes, pin, seconds
from rivals import Absent

# What each program gets first, to see how much it can take: a page, which is minutes' work for the slowest.
PROBE = 4 << 10
LINE = "Good morning, and welcome to our third quarter convention name.\n"
# Longest time in seconds for one run over a set of pages, and what the slower ones get of long clean sets.
PATIENCE = 90
SHORT = 64 << 10


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = rivals.ROOT / "target" / "rivals"
    parser.add_argument("--folder", type=Path, default=default, help="where the programs live (default: target/rivals)")
    parser.add_argument("--degarble", type=Path, metavar="PROGRAM", help="this degarble instead of a release build of the repository")
    parser.add_argument("--only", metavar="NAMES", help="these programs, by the beginnings of their names, with commas between")
    parser.add_argument("--spun", type=Path, nargs="+", metavar=("SOURCE", "GOLD"), help="a spun page and its original, or several")
    parser.add_argument("--ocr", type=Path, nargs="+", metavar=("SOURCE", "GOLD"), help="a scanned page and its original, or several")
    parser.add_argument("--clean", type=Path, nargs="+", metavar="FILE", help="pages that are right as they are")
    parser.add_argument("--corpus", type=Path, nargs="+", metavar="PATH", help="clean calls to train JamSpell and the model for KenLM on")
    parser.add_argument("--megabytes", type=float, default=8, help="length of the long texts (default: 8)")
    parser.add_argument("--seconds", type=float, default=3, help="how long a run over them may take, about (default: 3)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of which the best counts (default: 3)")
    parser.add_argument("--core", type=int, default=1, help="the core to run on (default: 1)")
    args = parser.parse_args()
    for name in ("spun", "ocr"):
        if getattr(args, name) and len(getattr(args, name)) < 2:
            parser.error(f"--{name} takes a page and at least one original of it")
    return args


class Entry:
    """A program in the race and what was measured of it."""

    def __init__(self, program):
        self.program = program
        self.start = None
        self.rate = {}
        self.memory = None
        self.spun = self.ocr = self.harm = None
        self.remarks = []

    def once(self, source, limit=PATIENCE, how=seconds):
        """One measured run over a file."""
        scratch = self.program.place.scratch
        return how(self.program.prepare(source, scratch / "out.txt"), limit, scratch)

    def repair(self, lines):
        """Lines as the program repairs them."""
        scratch = self.program.place.scratch
        source, target = texts.write(scratch / "in.txt", lines), scratch / "out.txt"
        target.unlink(missing_ok=True)
        seconds(self.program.prepare(source, target), PATIENCE, scratch)
        self.program.finish(source, target)
        return texts.read_lines(target)

    def attempt(self, what, step):
        """Does a step; if it fails, says so under the table and goes on."""
        try:
            return step()
        except (Failed, ValueError, OSError) as error:
            self.remarks.append(f"{what}: {error}")
            return None


def enter(args):
    """Installs the programs; returns the entries and the reasons of those that are absent."""
    place = rivals.Place(args.folder, args.degarble)
    entries, absent = [], []
    wanted = [name.strip().lower() for name in (args.only or "").split(",") if name.strip()]
    sets = texts.load(rivals.ROOT, args.spun, args.ocr, args.clean)
    try:
        corpus = language_model.documents(place, args.corpus, sets.clean)
    except Absent as error:
        sys.exit(f"race.py: {error}")
    place.corpus = language_model.one_file(place, corpus[0])
    for kind in rivals.ALL:
        if wanted and not any(kind.name.lower().startswith(name) for name in wanted):
            continue
        try:
            entries.append(Entry(kind(place)))
        except Absent as error:
            absent.append((kind.name, str(error)))
    return place, sets, corpus, entries, absent


def progress(what):
    print(what, file=sys.stderr, flush=True)


def run_quality(entries, sets):
    for entry in (e for e in entries if e.program.repairs):
        progress(f"quality: {entry.program.name}")
        entry.spun = entry.attempt("spun page", lambda: sets.spun_page.score(entry.repair(sets.spun)))
        entry.ocr = entry.attempt("scanned page", lambda: sets.ocr_page.score(entry.repair(sets.ocr)))
        entry.harm = entry.attempt("clean pages", lambda: quality.changed(sets.clean, entry.repair(sets.clean)))
        if entry.harm is None:
            lines = texts.long_text(sets.clean, SHORT)
            entry.harm = entry.attempt("their beginning", lambda: quality.changed(lines, entry.repair(lines)))
            entry.remarks.append(f"harm is that on the first {len(lines)} lines")


def better(old, new):
    """The shorter of two times, where there are two."""
    return min((time for time in (old, new) if time is not None), default=None)


def bearable(entry, whole, limit):
    """As much of a long text as a program repairs in about `limit` seconds: it gets ever longer parts until one tells."""
    part, tried = texts.head(whole, PROBE), None
    while True:
        try:
            net = min(entry.once(part, limit=20 * limit) for _ in range(2)) - entry.start
        except Failed:
            if tried is None:
                raise
            return tried
        size = part.stat().st_size
        # Next to a long start-up a short net time is mostly noise.
        if net >= max(limit / 4, 2 * entry.start) or size >= whole.stat().st_size:
            return texts.head(whole, max(PROBE, int(size * limit / max(net, limit / 16))))
        part, tried = texts.head(whole, 4 * size), part


def run_speed(args, place, entries, sets):
    """Start-up, then both long texts, the programs taking turns; memory last, since watching it takes time."""
    line = place.scratch / "line.txt"
    line.write_text(LINE, encoding="utf-8")

    def start_up(entry):
        entry.start = better(entry.start, entry.attempt("one line", lambda: entry.once(line)))

    for _ in range(5):
        for entry in entries:
            start_up(entry)
    entries = [entry for entry in entries if entry.start is not None]
    size = int(args.megabytes * 1e6)
    for name, lines in (("clean", sets.clean), ("spun", sets.spun)):
        whole = texts.write(place.scratch / f"long-{name}.txt", texts.long_text(lines, size))
        for left in place.scratch.glob(f"long-{name}-*.txt"):
            left.unlink()
        parts, best = {}, {}
        for entry in entries:
            progress(f"speed on {name} text: {entry.program.name}")
            part = entry.attempt(f"{name} text", lambda: bearable(entry, whole, args.seconds))
            if part is not None:
                parts[entry] = part
        for turn in range(args.rounds):
            progress(f"speed on {name} text: round {turn + 1} of {args.rounds}")
            for entry, part in parts.items():
                # Who takes minutes for the smallest part is not asked again.
                if (best.get(entry) or 0) < 10 * args.seconds:
                    start_up(entry)
                    best[entry] = better(best.get(entry), entry.attempt(f"{name} text", lambda: entry.once(part)))
        for entry, took in ((entry, took) for entry, took in best.items() if took is not None):
            entry.rate[name] = parts[entry].stat().st_size / max(took - entry.start, 1e-4) / 1e6
        if name == "spun":
            progress("memory")
            for entry, part in parts.items():
                entry.memory = entry.attempt("memory", lambda: entry.once(part, how=peak_bytes))


def cell(value, form):
    return "–" if value is None else format(value, form)


def significant(value):
    """A rate with two figures that mean something, without exponents."""
    return "–" if value is None else f"{value:.3f}" if value < 0.095 else f"{value:.2f}" if value < 9.5 else f"{value:.0f}"


def print_table(entries, sets):
    spun, ocr = sets.spun_page, sets.ocr_page
    before = [page.score(lines) for page, lines in ((spun, sets.spun), (ocr, sets.ocr))]
    head = ["program", "version", "clean MB/s", "spun MB/s", "MiB", "start ms", "P", "R", "F0.5"]
    head += [f"spun WER ({before[0].wer_before:.3f})", f"scan WER ({before[1].wer_before:.3f})", "harm"]
    rows = [head, ["---"] * 2 + ["---:"] * (len(head) - 2)]
    for entry in entries:
        s = entry.spun
        harm = None if entry.harm is None else 1000 * entry.harm[1] / max(1, entry.harm[0])
        row = [entry.program.name, entry.program.version, significant(entry.rate.get("clean")), significant(entry.rate.get("spun"))]
        row += [cell(entry.memory and entry.memory / (1 << 20), ".0f"), cell(entry.start and 1000 * entry.start, ".0f")]
        # Who changes nothing is never wrong; that is no precision to speak of.
        row += [cell(s.precision if s and s.made else None, ".2f"), cell(s and s.recall, ".2f"), cell(s and s.f_half, ".2f")]
        row += [cell(s and s.wer_after, ".3f"), cell(entry.ocr and entry.ocr.wer_after, ".3f"), cell(harm, ".2f")]
        rows.append(row)
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        cells = [c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths))]
        print("| " + " | ".join(cells) + " |")


def kenlm(place, corpus, clean):
    """The yardstick of the scorer: look-ups a second of both, over one model and one text."""
    try:
        both = language_model.Both(place, corpus, clean)
        rates = []
        for _ in range(2):
            for scores in (both.ours, both.theirs):
                symbols, took = scores()
                rates.append(symbols / took / 1e6)
        ours, theirs = max(rates[::2]), max(rates[1::2])
        print(f"\nlanguage model, {symbols:,} look-ups in one model, million a second: degarble {ours:.1f}, ", end="")
        print(f"KenLM {both.version()} (probing) {theirs:.1f}")
    except Absent as error:
        print(f"\nlanguage model beside KenLM: skipped: {error}")


def main():
    args = arguments()
    place, sets, corpus, entries, absent = enter(args)
    if not entries:
        sys.exit("race.py: no program to run:\n" + "\n".join(f"  {name}: {reason}" for name, reason in absent))
    core = pin(args.core)
    run_quality(entries, sets)
    run_speed(args, place, entries, sets)
    where = "one core" if core is None else f"core {core}"
    print(f"{datetime.date.today()}, {platform.system()} {platform.machine()}, {where}, best of {args.rounds}\n")
    print_table(entries, sets)
    for entry in entries:
        for remark in dict.fromkeys(entry.remarks):
            print(f"\n{entry.program.name}: {remark}")
    for name, reason in absent:
        print(f"\n{name}: skipped: {reason}")
    if not args.only:
        kenlm(place, corpus, texts.head(place.scratch / "long-clean.txt", 2_000_000))


if __name__ == "__main__":
    main()
