"""JamSpell as a filter, run by the race in its own environment: MODEL < text > text, or --train TEXT ALPHABET MODEL."""

import sys

import jamspell

corrector = jamspell.TSpellCorrector()
if sys.argv[1] == "--train":
    if not corrector.TrainLangModel(*sys.argv[2:5]):
        sys.exit("JamSpell could not train")
else:
    if not corrector.LoadLangModel(sys.argv[1]):
        sys.exit("JamSpell could not load its model")
    for line in sys.stdin:
        sys.stdout.write(corrector.FixFragment(line.rstrip("\n")) + "\n")
