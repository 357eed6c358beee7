//! The main job: texts in, repaired text out, and the accounts of what was done.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::args::{Arguments, OutputArgs, RepairArgs};
use super::compress::{Compression, Packer};
use super::diff::Diff;
use super::engine::{install, repairer};
use super::error::CliError;
use super::inputs::{FileIdentity, Input, Walker};
use super::progress::Progress;
use super::report::Report;
use super::settings::Settings;
use super::source::{Reading, Source};
use super::stats::Stats;
use super::style::Style;
use super::target::{Rewrite, Target, TargetError, elsewhere};
use super::{Outcome, say};
use crate::repair::{Options, Repairer};

/// Repairs the inputs that the arguments name.
pub(super) fn run(args: &RepairArgs) -> Result<Outcome, CliError> {
    let settings = Settings::of_engine(&args.engine)?.with_files(&args.walk, &args.format, &args.output);
    if args.engine.dump_config {
        let _ = write!(io::stdout(), "{}", settings.dump());
        return Ok(Outcome::Done);
    }
    if args.files.is_empty() && io::stdin().is_terminal() {
        // Somebody typed the bare name: waiting in silence would look like a hang.
        say(Arguments::command().render_help());
        return Err(CliError::Usage("no file is given and stdin is a terminal; `-` reads it all the same".into()));
    }
    let output = &args.output;
    let text_to_stdout = output.in_place.is_none() && output.output_dir.is_none() && !output.check && output.diff.is_none();
    let reading = Reading::new(&settings)?;
    let inputs = Walker::new(&settings.walk(), !text_to_stdout, output.output_dir.as_deref())?.expand(&args.files);
    // Everything that can be wrong with the request is said before the report is emptied and before a slow model is read.
    check_output(output, &inputs)?;
    check_report(output, &inputs)?;
    // Nothing but a report tells what else might have stood there.
    let options = Options { alternatives: output.report.is_some(), ..settings.options() };
    let repairer = repairer(&settings, options)?;
    let report = match &output.report {
        Some(path) => Some(Report::create(path).map_err(|source| CliError::Write { path: path.clone(), source })?),
        None => None,
    };
    let progress = Progress::new(inputs.iter().flatten().map(Input::len).sum(), text_to_stdout);
    install(&settings, || {
        let mut filter = Filter {
            output,
            reading: &reading,
            repairer: &repairer,
            out: io::stdout().lock(),
            report,
            diff: output.diff.map(|manner| Diff::new(manner, Style::of_stdout(settings.color.unwrap_or_default()))),
            stats: output.stats.then(Stats::default),
            progress,
            failed: false,
            found: false,
        };
        let ended = filter.all(&inputs);
        if let Some(stats) = &filter.stats {
            say(format_args!("degarble: {}", stats.line()));
        }
        ended
    })?
}

/// Refuses outputs that cannot be.
fn check_output(output: &OutputArgs, inputs: &[Result<Input, CliError>]) -> Result<(), CliError> {
    let stdin = inputs.iter().flatten().any(|i| *i == Input::Stdin);
    if stdin && output.in_place.is_some() {
        return Err(CliError::Usage("--in-place needs files: stdin cannot be rewritten".into()));
    }
    if stdin && output.output_dir.is_some() {
        return Err(CliError::Usage("--output-dir needs files: stdin has no name".into()));
    }
    if let Some(suffix) = &output.in_place
        && suffix.as_encoded_bytes().contains(&b'/')
    {
        return Err(CliError::Usage("--in-place: SUFFIX is put behind the file's name and cannot hold a slash".into()));
    }
    if let Some(folder) = &output.output_dir {
        let mut places: Vec<(&Path, &Path)> = Vec::new();
        for input in inputs.iter().flatten() {
            if let Input::File { path, within, .. } = input {
                places.push((within, path));
            }
        }
        let own = |(within, path): &&(&Path, &Path)| {
            let there = FileIdentity::of_path(&folder.join(within));
            there.is_some() && there == FileIdentity::of_path(path)
        };
        if let Some((_, path)) = places.iter().find(own) {
            let what = "would be overwritten; --in-place is the way to do that";
            return Err(CliError::Usage(format!("--output-dir: {} {what}", path.display())));
        }
        places.sort();
        if let Some(two) = places.windows(2).find(|w| w[0].0 == w[1].0) {
            let place = folder.join(two[0].0);
            let (a, b) = (two[0].1.display(), two[1].1.display());
            return Err(CliError::Usage(format!("--output-dir: {a} and {b} would both be {}", place.display())));
        }
    }
    Ok(())
}

/// Refuses a report that would overwrite an input or mix with the text.
fn check_report(output: &OutputArgs, inputs: &[Result<Input, CliError>]) -> Result<(), CliError> {
    let Some(path) = &output.report else { return Ok(()) };
    if path.as_os_str() == "-" {
        return Err(CliError::Usage("--report needs a file: stdout holds the text alone".into()));
    }
    let Some(report) = FileIdentity::of_path(path) else { return Ok(()) };
    if inputs.iter().flatten().any(|input| input.is_same_file(&report)) {
        return Err(CliError::Usage(format!("--report {}: is also an input; choose another file", path.display())));
    }
    if FileIdentity::of_stdout() == Some(report) {
        return Err(CliError::Usage(format!("--report {}: is also the output; choose another file", path.display())));
    }
    Ok(())
}

/// What ends a run, or one input of it.
enum Stop {
    /// This input failed; the next one may not.
    Input(CliError),
    /// Nobody reads the output any more, like `head`: a normal end.
    Closed,
    /// Nothing more can be done.
    Run(CliError),
}

impl Stop {
    fn of_stdout(e: io::Error) -> Stop {
        if e.kind() == ErrorKind::BrokenPipe { Stop::Closed } else { Stop::Run(CliError::Output(e)) }
    }
}

impl From<TargetError> for Stop {
    fn from(e: TargetError) -> Stop {
        match e {
            TargetError::Output(e) => Stop::of_stdout(e),
            TargetError::File(path, source) => Stop::Input(CliError::Write { path, source }),
        }
    }
}

/// One run over many inputs.
struct Filter<'a, O: Write> {
    output: &'a OutputArgs,
    reading: &'a Reading,
    repairer: &'a Repairer,
    out: O,
    report: Option<Report>,
    diff: Option<Diff>,
    stats: Option<Stats>,
    progress: Progress,
    /// Whether some input failed.
    failed: bool,
    /// Whether some input would change.
    found: bool,
}

impl<O: Write> Filter<'_, O> {
    /// Repairs one input after the other; one that fails is named and the next one done.
    fn all(&mut self, inputs: &[Result<Input, CliError>]) -> Result<Outcome, CliError> {
        let stdout = FileIdentity::of_stdout();
        let mut open = true;
        for input in inputs {
            let done = match input {
                Err(e) => {
                    self.fail(e);
                    continue;
                }
                // What would be read is what is being written: that never ends.
                Ok(input) if stdout.as_ref().is_some_and(|o| input.is_same_file(o)) => {
                    Err(Stop::Input(CliError::InputIsOutput { name: input.name() }))
                }
                Ok(input) => self.input(input),
            };
            match done {
                Ok(()) => {}
                Err(Stop::Input(e)) => self.fail(&e),
                Err(Stop::Closed) => {
                    open = false;
                    break;
                }
                Err(Stop::Run(e)) => return Err(e),
            }
        }
        if open && let Err(Stop::Run(e)) = self.out.flush().map_err(Stop::of_stdout) {
            return Err(e);
        }
        if let Some(report) = &mut self.report {
            report.finish().map_err(|source| report_failed(self.output, source))?;
        }
        Ok(match (self.failed, self.found && self.output.check) {
            (true, _) => Outcome::SomeFailed,
            (false, true) => Outcome::Found,
            (false, false) => Outcome::Done,
        })
    }

    fn fail(&mut self, e: &dyn std::fmt::Display) {
        self.progress.complain(e);
        self.failed = true;
    }

    /// Repairs one input.
    fn input(&mut self, input: &Input) -> Result<(), Stop> {
        self.progress.begin(&input.name());
        let Some(mut source) = self.reading.open(input).map_err(Stop::Input)? else { return Ok(()) };
        let mut target = target(self.output, input, source.compression, &mut self.out)?;
        if let Some(diff) = &mut self.diff {
            diff.begin();
        }
        // Nobody wants to know more of a file than that it would change.
        let enough = self.output.check && self.diff.is_none() && self.report.is_none() && self.stats.is_none();
        let mut changed = false;
        let (name, format) = (source.name.clone(), source.format);
        loop {
            let (report, diff, stats, progress) = (&mut self.report, &mut self.diff, &mut self.stats, &mut self.progress);
            let next = source.next(self.repairer, |piece| {
                changed |= !piece.changes.is_empty();
                if let Some(report) = report {
                    report.add(&name, format, piece).map_err(|source| Stop::Run(report_failed(self.output, source)))?;
                }
                if let Some(diff) = diff {
                    diff.add(&name, piece, &mut io::stdout().lock()).map_err(Stop::of_stdout)?;
                }
                if let Some(stats) = stats {
                    stats.add(piece);
                }
                progress.add(piece.source.len() as u64);
                target.write(&piece.changed(), piece.changes.is_empty()).map_err(Stop::from)
            });
            match next {
                Ok(None) => break,
                Ok(Some(done)) => done?,
                Err(e) => {
                    target.abandon()?;
                    return Err(Stop::Input(CliError::Read { name, source: e }));
                }
            }
            if enough && changed {
                break;
            }
        }
        target.commit()?;
        if let Some(stats) = &mut self.stats {
            stats.end();
        }
        self.found |= changed;
        if changed && self.output.check && self.diff.is_none() {
            writeln!(self.out, "{name}").map_err(Stop::of_stdout)?;
        }
        // Of an input that was not read to its end nobody knows what it lacks.
        if !(enough && changed) {
            self.tell(source);
        }
        Ok(())
    }

    /// Names the records that could not be read.
    fn tell(&mut self, source: Source<'_>) {
        for problem in source.problems() {
            self.fail(&problem);
        }
    }
}

/// Where the text of an input goes.
fn target<'a, O: Write>(
    output: &OutputArgs,
    input: &Input,
    compression: Compression,
    out: &'a mut O,
) -> Result<Target<'a, O>, Stop> {
    let failed = |path: &Path, source| Stop::Input(CliError::Write { path: PathBuf::from(path), source });
    match (input, &output.in_place, &output.output_dir) {
        _ if output.check || output.diff.is_some() => Ok(Target::Nowhere),
        (Input::File { path, .. }, Some(suffix), _) => {
            let backup = (!suffix.is_empty()).then(|| suffix.clone());
            let rewrite = Rewrite::new(path, compression, backup).map_err(|e| failed(path, e))?;
            Ok(Target::Itself(Box::new(rewrite)))
        }
        (Input::File { path, within, .. }, None, Some(folder)) => Ok(elsewhere(folder.join(within), path, compression)?),
        // A filter gives back what it gets; files on stdout are for reading, like zcat's.
        (Input::Stdin, ..) if !io::stdout().is_terminal() => Ok(Target::Stdout(Packer::new(compression, out))),
        _ => Ok(Target::Stdout(Packer::Plain(out))),
    }
}

fn report_failed(output: &OutputArgs, source: io::Error) -> CliError {
    CliError::Write { path: output.report.clone().unwrap_or_default(), source }
}
