"""The programs of the race: how each is installed, and how it is asked to repair a file.

All of them go into one throw-away folder. What cannot be had raises `Absent` with the reason.
"""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from measure import Job

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DICTIONARIES = ROOT / "dictionaries"


class Absent(Exception):
    """Why a program is not in the race."""


class Place:
    """The throw-away folder, and the tools that fill it."""

    def __init__(self, folder, degarble=None, corpus=None):
        self.folder = Path(folder).resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.scratch = self.folder / "work"
        self.scratch.mkdir(exist_ok=True)
        self.named = degarble
        self.corpus = corpus

    def call(self, argv, what, env=None):
        """Runs a step of an installation; its output goes to log.txt, and its failure is a reason to be absent."""
        if shutil.which(str(argv[0])) is None:
            raise Absent(f"{what}: there is no {argv[0]}")
        print(f"  {what} ...", file=sys.stderr, flush=True)
        argv = [str(arg) for arg in argv]
        done = subprocess.run(argv, env={**os.environ, **(env or {})}, capture_output=True, text=True, cwd=self.folder)
        with open(self.folder / "log.txt", "a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(argv)}\n{done.stdout}{done.stderr}\n")
        if done.returncode != 0:
            said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            errors = [line for line in said if re.search(r"error|E:", line, re.IGNORECASE)]
            raise Absent(f"{what} failed: {(errors or said or ['nothing said'])[0][:120]} (all of it in {self.folder / 'log.txt'})")
        return done.stdout

    @functools.cached_property
    def python(self):
        """The interpreter of a virtual environment in the folder."""
        python = self.folder / "python" / "bin" / "python"
        if not python.exists():
            self.call([sys.executable, "-m", "venv", self.folder / "python"], "making a virtual environment")
        return python

    def pip(self, package, *options, env=None):
        """Installs a package of Python if it is not there yet; returns its version."""
        tell = f"import importlib.metadata as m; print(m.version({package!r}))"
        argv = [str(self.python), "-c", tell]
        found = subprocess.run(argv, capture_output=True, text=True)
        if found.returncode != 0:
            self.call([self.python, "-m", "pip", "install", "--quiet", *options, package], f"installing {package} with pip", env)
            found = subprocess.run(argv, capture_output=True, text=True)
        return found.stdout.strip()

    def cargo_build(self, folder, binary, *options):
        """Builds a small program of this folder; returns its path."""
        target = self.folder / "target"
        argv = ["cargo", "build", "--release", *options, "--manifest-path", HERE / folder / "Cargo.toml", "--target-dir", target]
        self.call(argv, f"building {binary} with cargo")
        return target / "release" / binary

    @functools.cached_property
    def degarble(self):
        """The program itself: the one that was named, or a release build of this repository."""
        if self.named:
            return Path(self.named).resolve()
        argv = ["cargo", "build", "--release", "--locked", "--message-format=json", "--manifest-path", ROOT / "Cargo.toml"]
        messages = map(json.loads, self.call(argv, "building degarble with cargo").splitlines())
        built = [m["executable"] for m in messages if m.get("executable") and m["target"]["name"] == "degarble"]
        return Path(built[-1])


class Program:
    """A program of the race. `prepare` and `finish` are not timed: they make up for what it does not do itself."""

    name = ""
    version = ""
    # Whether it leaves a repaired text, or only tells what it would do.
    repairs = True

    def __init__(self, place):
        self.place = place
        self.install()

    def install(self):
        """Puts the program into the place and sets `version`; raises `Absent`."""
        raise NotImplementedError

    def prepare(self, source, target):
        """What is to be run to repair `source` into `target`."""
        raise NotImplementedError

    def finish(self, source, target):
        """What is left to do after the run."""


def first_number(text):
    """The version in what a program says of itself."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return found.group() if found else "?"


class Degarble(Program):
    name = "degarble"

    def install(self):
        self.version = first_number(self.place.call([self.place.degarble, "--version"], "asking degarble for its version"))

    def prepare(self, source, target):
        return Job([str(self.place.degarble), "--no-config", "--threads", "1", str(source)], stdout=target)


class Typos(Program):
    name = "typos"
    options = ("--isolated", "--threads", "1", "--format", "brief")

    def install(self):
        self.binary = self.place.folder / "typos" / "bin" / "typos"
        if not self.binary.exists():
            root = self.place.folder / "typos"
            target = self.place.folder / "typos-target"
            argv = ["cargo", "install", "typos-cli", "--locked", "--root", root, "--target-dir", target]
            self.place.call(argv, "installing typos-cli with cargo (minutes)")
            shutil.rmtree(target)
        self.version = first_number(self.place.call([self.binary, "--version"], "asking typos for its version"))

    def prepare(self, source, target):
        # As a filter it would write what it cannot decide among the text.
        shutil.copyfile(source, target)
        return Job([str(self.binary), *self.options, "--write-changes", str(target)], codes=(0, 2))


class TyposLooking(Typos):
    name = "typos, looking only"
    repairs = False

    def prepare(self, source, target):
        return Job([str(self.binary), *self.options, str(source)], stdout=target, codes=(0, 2))


class Codespell(Program):
    name = "codespell"

    def install(self):
        self.version = self.place.pip("codespell")
        self.binary = self.place.python.with_name("codespell")

    def prepare(self, source, target):
        # It writes in place only, and its exit code is a count.
        shutil.copyfile(source, target)
        return Job([str(self.binary), "--write-changes", "--quiet-level", "3", str(target)], codes=tuple(range(256)))


class CodespellLooking(Codespell):
    name = "codespell, looking only"
    repairs = False

    def prepare(self, source, target):
        return Job([str(self.binary), str(source)], stdout=target, codes=tuple(range(256)))


class Ftfy(Program):
    name = "ftfy"

    def install(self):
        self.version = self.place.pip("ftfy")

    def prepare(self, source, target):
        return Job([str(self.place.python.with_name("ftfy")), "-o", str(target), str(source)])


class SymSpell(Program):
    name = "SymSpell (Rust)"

    def install(self):
        self.binary = self.place.cargo_build("symspell", "symspell-filter", "--locked")
        lock = (HERE / "symspell" / "Cargo.lock").read_text(encoding="utf-8")
        self.version = re.search(r'name = "symspell"\nversion = "([^"]+)"', lock).group(1)
        self.dictionary = self.place.folder / "frequencies.tsv"
        rarest = max(frequency for _, frequency in vocabulary())
        with open(self.dictionary, "w", encoding="utf-8") as out:
            out.writelines(f"{word}\t{2 ** (rarest - frequency)}\n" for word, frequency in vocabulary() if word.isalpha())

    def prepare(self, source, target):
        return Job([str(self.binary), str(self.dictionary)], stdin=source, stdout=target)


class Hunspell(Program):
    name = "hunspell en_US"
    packages = ("hunspell", "libhunspell-1.7-0", "hunspell-en-us")

    def install(self):
        home = self.place.folder / "hunspell"
        self.binary = home / "usr" / "bin" / "hunspell"
        if not self.binary.exists():
            home.mkdir(exist_ok=True)
            for package in self.packages:
                # Unpacked beside the others, not installed: the system stays as it is.
                self.place.call(["sh", "-c", f"cd '{home}' && apt-get download {package}"], f"downloading {package} with apt-get")
            for package in sorted(home.glob("*.deb")):
                self.place.call(["dpkg-deb", "-x", package, home], f"unpacking {package.name}")
        library = next(home.rglob("libhunspell*.so.*"), None)
        self.env = {"LD_LIBRARY_PATH": str(library.parent)} if library else {}
        self.words = home / "usr" / "share" / "hunspell" / "en_US"
        said = self.place.call([self.binary, "--version"], "asking hunspell for its version", self.env)
        self.version = first_number(said.partition("Hunspell")[2])

    def prepare(self, source, target):
        # In pipe mode a line may be a command; the mark says that it is text.
        asked = self.place.scratch / "hunspell-in.txt"
        with open(source, encoding="utf-8") as lines, open(asked, "w", encoding="utf-8") as out:
            out.writelines("^" + line for line in lines)
        argv = [str(self.binary), "-a", "-i", "UTF-8", "-d", str(self.words)]
        return Job(argv, stdin=asked, stdout=self.place.scratch / "hunspell-out.txt", env=self.env)

    def finish(self, source, target):
        answers = iter((self.place.scratch / "hunspell-out.txt").read_text(encoding="utf-8").split("\n")[1:])
        with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
            for line in lines:
                repaired, position = line, 0
                for answer in iter(lambda: next(answers, ""), ""):
                    # & WORD COUNT OFFSET: FIRST, SECOND, ...
                    facts, _, suggestions = answer.partition(": ")
                    if not facts.startswith("&"):
                        continue
                    word, first = facts.split(" ")[1], suggestions.split(", ")[0]
                    found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(repaired, position)
                    if found:
                        repaired = repaired[: found.start()] + first + repaired[found.end() :]
                        position = found.start() + len(first)
                out.write(repaired)


class JamSpell(Program):
    name = "JamSpell"

    def install(self):
        # Its build looks for the version of SWIG that was new then; newer ones do as well.
        shim = self.place.folder / "shim" / "swig3.0"
        shim.parent.mkdir(exist_ok=True)
        shim.write_text('#!/bin/sh\ncase "$1" in -version) echo "SWIG Version 3";; *) exec swig "$@";; esac\n')
        shim.chmod(0o755)
        path = os.pathsep.join([str(shim.parent), str(self.place.python.parent), os.environ["PATH"]])
        for package in ("setuptools", "wheel", "swig"):
            self.place.pip(package)
        self.version = self.place.pip("jamspell", "--no-build-isolation", env={"PATH": path})
        # It wants this very locale, which small systems lack; the folder's name is what both of its spellings lead to.
        locale = self.place.folder / "locale"
        if not (locale / "en_US.utf8").exists():
            locale.mkdir(exist_ok=True)
            self.place.call(["localedef", "-i", "en_US", "-f", "UTF-8", locale / "en_US.utf8"], "making a locale for JamSpell")
        self.env = {"LOCPATH": str(locale)}
        text = self.place.corpus
        self.model = self.place.folder / f"jamspell-{text.stem}-{text.stat().st_size}.bin"
        if not self.model.exists():
            alphabet = self.place.folder / "alphabet.txt"
            alphabet.write_text("abcdefghijklmnopqrstuvwxyz'\n")
            argv = [self.place.python, HERE / "jamspell_filter.py", "--train", text, alphabet, self.model]
            self.place.call(argv, "training JamSpell (minutes)", self.env)

    def prepare(self, source, target):
        argv = [str(self.place.python), str(HERE / "jamspell_filter.py"), str(self.model)]
        return Job(argv, stdin=source, stdout=target, env=self.env)


class Sed(Program):
    name = "sed -f, the same table"
    # Put before what has been replaced, so that no later rule replaces it again; part of a word, as \b sees it.
    mark = "_9_"

    def install(self):
        said = self.place.call(["sed", "--version"], "asking sed for its version")
        self.script = self.place.folder / "swaps.sed"
        rules = replacements()
        with open(self.script, "w", encoding="utf-8") as out:
            # Longer forms first, or their parts would be gone.
            for spun, original in sorted(rules.items(), key=lambda rule: (-len(rule[0].split()), rule[0])):
                for capital in (str, lambda text: text[0].upper() + text[1:]):
                    marked = " ".join(self.mark + word for word in capital(original).split())
                    out.write(f"s/\\b{self.quoted(capital(spun))}\\b/{self.quoted(marked)}/g\n")
            out.write(f"s/{self.mark}//g\n")
        self.version = f"{first_number(said)}, {len(rules):,} forms"

    @staticmethod
    def quoted(text):
        return re.sub(r"([][\\.*^$/&])", r"\\\1", text)

    def prepare(self, source, target):
        return Job(["sed", "-f", str(self.script), str(source)], stdout=target, env={"LC_ALL": "C"})


@functools.cache
def vocabulary():
    """Words and their frequency classes: halvings below the most frequent word."""
    with open(DICTIONARIES / "vocabulary.tsv", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    return [(row[0], int(row[1])) for row in rows]


def replacements():
    """For each spun form that is written in the tables, the original that most probably stood there, unless it more probably stands for
    itself: frequency of the original, times the share of its swaps that lead to this form, against the frequency of the form. Forms
    with digits stay out: in every number a list would find them."""
    classes = dict(vocabulary())
    best = {}
    for name in ("substitutions.tsv", "phrases.tsv"):
        with open(DICTIONARIES / name, encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
        for original, *_, kept, swaps in rows:
            pairs = [swap.rpartition(" ")[::2] for swap in swaps.split(", ")]
            weights = [int(re.sub(r"\D", "", weight)) for _, weight in pairs]
            frequency = 2.0 ** -max(classes.get(word, 20) for word in original.split())
            for (spun, _), weight in zip(pairs, weights):
                score = frequency * (1 - int(kept) / 10) * weight / max(1, sum(weights))
                if spun != original and not re.search(r"\d", spun) and score > best.get(spun, (own(spun, classes), ""))[0]:
                    best[spun] = (score, original)
    return {spun: original for spun, (_, original) in best.items()}


def own(spun, classes):
    """How frequent a spun form is by itself; of phrases the list of words says nothing, and few are what a speaker would say."""
    return 0.0 if " " in spun else 2.0 ** -classes.get(spun, 20)


ALL = [Degarble, Typos, TyposLooking, Codespell, CodespellLooking, Ftfy, SymSpell, Hunspell, JamSpell, Sed]
