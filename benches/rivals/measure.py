"""Running a program once: how long it takes, and how much memory it ever had."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path


class Failed(Exception):
    """A run that gave no result; the message says why."""


@dataclass
class Job:
    """One run of a program over one text."""

    argv: list
    stdin: Path | None = None
    stdout: Path | None = None
    env: dict = field(default_factory=dict)
    codes: tuple = (0,)


def pin(core):
    """Binds this process and all that it starts to one core; returns the core, or None where the system has no such call."""
    try:
        cores = sorted(os.sched_getaffinity(0))
        core = core if core in cores else cores[-1]
        os.sched_setaffinity(0, {core})
        return core
    except (AttributeError, OSError):
        return None


def start(job, errors):
    env = {**os.environ, "RAYON_NUM_THREADS": "1", **job.env}
    with open(job.stdin or os.devnull, "rb") as stdin, open(job.stdout or os.devnull, "wb") as stdout:
        return subprocess.Popen(job.argv, stdin=stdin, stdout=stdout, stderr=errors, env=env)


def finish(job, process, limit, errors):
    """Waits for the end; a program that fails or takes longer than `limit` seconds is a failed run."""
    try:
        code = process.wait(limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Failed(f"longer than {limit:.0f} s") from None
    if code not in job.codes:
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise Failed(f"{how}: {said[-1] if said else 'nothing on stderr'}")


def seconds(job, limit, scratch):
    """Runs a job and returns how long it took, from before it was started to after it ended."""
    with open(scratch / "stderr.txt", "w+b") as errors:
        begun = time.perf_counter()
        process = start(job, errors)
        finish(job, process, limit, errors)
        return time.perf_counter() - begun


def peak_bytes(job, limit, scratch):
    """Runs a job and returns the most memory that it had resident.

    Read from the kernel's own high-water mark every millisecond while the program runs: what wait4 says of a child has the memory of
    this process in it, which the child had until it became the program.
    """
    most = 0
    with open(scratch / "stderr.txt", "w+b") as errors:
        process = start(job, errors)
        status = Path(f"/proc/{process.pid}/status")
        until = time.monotonic() + limit
        while process.poll() is None and time.monotonic() < until:
            try:
                fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines())
            except (OSError, ValueError):
                break
            if "VmHWM" in fields:
                most = max(most, 1024 * int(fields["VmHWM"].split()[0]))
            time.sleep(0.001)
        finish(job, process, limit, errors)
    if most == 0:
        raise Failed("the system does not tell")
    return most
