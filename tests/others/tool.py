"""Reads readings of a tide gauge and writes hourly means."""
import argparse
import csv


class Gauge:
    """One gauge: its name, its offset and its readings."""

    def __init__(self, name, offset=0.0):
        self.name = name
        self.offset = offset
        self.readings = []

    def add(self, when, level):
        if level is None:
            raise ValueError(f"no level for {self.name} at {when}")
        self.readings.append((when, level - self.offset))

    def mean(self, hour):
        levels = [level for when, level in self.readings if when.hour == hour]
        return sum(levels) / len(levels) if levels else None


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", help="csv file with name, time and level")
    parser.add_argument("--offset", type=float, default=0.0)
    args = parser.parse_args(argv)
    gauges = {}
    with open(args.path, newline="") as handle:
        for row in csv.DictReader(handle):
            gauge = gauges.setdefault(row["name"], Gauge(row["name"], args.offset))
            gauge.add(row["time"], float(row["level"]))
    for name, gauge in sorted(gauges.items()):
        print(name, gauge.mean(12))


if __name__ == "__main__":
    main()
