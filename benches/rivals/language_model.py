"""A model trained here, exported for KenLM, and what both say of one text and how fast: for the race and for kenlm_check.py."""

import json

from rivals import HERE, ROOT, Absent
import texts


class Both:
    """One model in both forms, and the sentences of a text as both read them."""

    def __init__(self, place, corpus, text):
        documents, spoken = corpus
        self.place = place
        self.home = place.folder / "kenlm"
        self.home.mkdir(exist_ok=True)
        self.text = text
        self.model, self.arpa = self.home / "trained.model", self.home / "trained.arpa"
        self.sentences = self.home / "sentences.tsv"
        # Trained again only if it would be another one: of calls this takes a minute.
        made_of = json.dumps([str(place.degarble), place.degarble.stat().st_mtime, *map(str, documents)])
        note = self.home / "trained.json"
        if not self.arpa.exists() or not note.exists() or note.read_text() != made_of:
            # Words of the documents themselves: a word that was never counted is in no export.
            words = self.home / "words.tsv"
            place.call([place.degarble, "dictionary", "vocabulary", *spoken, "-o", words], "gathering a vocabulary")
            argv = [place.degarble, "train", *documents, "--vocabulary", words, "-o", self.model, "--arpa", self.arpa]
            place.call(argv, "training a model and exporting it")
            note.write_text(made_of)
        self.scorer = place.cargo_build("scorer", "scorer")

    def ours(self):
        """Scores the text with degarble's model; returns symbols scored and seconds."""
        said = self.place.call([self.scorer, self.model, self.text, self.sentences], "scoring with degarble's model")
        return numbers(said)

    def theirs(self):
        """Scores the same symbols with KenLM's probing model; returns symbols scored and seconds. After `ours`."""
        return numbers(self.place.call([self.kenlm(), self.arpa, self.sentences], "scoring with KenLM"))

    def kenlm(self):
        """KenLM as a program, built from the sources of its Python package: through Python it could not show its speed."""
        binary = self.home / "kenlm-scorer"
        if not binary.exists():
            pip = [self.place.python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "kenlm", "kenlm"]
            self.place.call([*pip, "-d", self.home], "downloading KenLM's sources with pip")
            archive = next(self.home.glob("kenlm-*.tar.gz"))
            self.place.call(["tar", "-xzf", archive, "-C", self.home], "unpacking KenLM")
            sources = self.home / archive.name.removesuffix(".tar.gz")
            code = [*sources.glob("lm/*.cc"), *sources.glob("util/*.cc"), *sources.glob("util/double-conversion/*.cc")]
            code = [path for path in code if not path.stem.endswith(("_main", "_test"))]
            flags = ["-O3", "-DNDEBUG", "-march=native", "-DKENLM_MAX_ORDER=6", "-w", "-pthread", "-I", sources]
            self.place.call(["g++", *flags, HERE / "scorer" / "kenlm.cc", *code, "-o", binary], "building KenLM with g++ (a minute)")
        return binary

    def version(self):
        """KenLM's version, by its sources."""
        return next(self.home.glob("kenlm-*.tar.gz")).name.removeprefix("kenlm-").removesuffix(".tar.gz")


def numbers(said):
    symbols, took = said.split()
    return int(symbols), float(took)


def documents(place, corpus, lines):
    """Documents to train on, and those to gather the vocabulary from. They are the same files below the folders that were named; or else
    forty made of the lines, and the pages of the repository, of which words that stand in one alone are left for the unknown."""
    if corpus:
        found = [path for named in corpus for path in ([named] if named.is_file() else sorted(named.rglob("*.txt")))]
        if not found:
            raise Absent("the corpus holds no .txt files")
        found = [path.resolve() for path in found]
        return found, found
    home = place.folder / "documents"
    home.mkdir(exist_ok=True)
    made = texts.long_text(lines, 1 << 20)
    size = len(made) // 40 + 1
    made = [texts.write(home / f"{i:02}.txt", made[i * size : (i + 1) * size]) for i in range(40)]
    return made, sorted((ROOT / "tests" / "pages").glob("*.txt"))


def one_file(place, documents, most=12 << 20):
    """The documents in one file, as far as `most` bytes: what JamSpell trains on."""
    out = place.folder / "corpus.txt"
    with open(out, "wb") as file:
        for path in documents:
            if file.tell() < most:
                file.write(path.read_bytes() + b"\n")
    return out
