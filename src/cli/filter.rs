//! The main job: texts in, repaired text to stdout, the edits to a report.

use std::io::{self, ErrorKind, IsTerminal, Read, Write};

use clap::CommandFactory;

use super::args::{Arguments, RepairArgs};
use super::blocks::Blocks;
use super::error::CliError;
use super::inputs::{FileIdentity, Input, expand};
use super::report::Report;
use super::{Outcome, complain, say};
use crate::dictionary::Table;
use crate::language_model::Model;
use crate::repair::{Options, Repairer};

/// Repairs the inputs that the arguments name.
pub(super) fn run(args: &RepairArgs) -> Result<Outcome, CliError> {
    if args.files.is_empty() && io::stdin().is_terminal() {
        // Somebody typed the bare name: waiting in silence would look like a hang.
        say(Arguments::command().render_help());
        return Err(CliError::Usage("no file is given and stdin is a terminal; `-` reads it all the same".into()));
    }
    let inputs = expand(&args.files, args.recursive);
    // Everything that can be wrong with the request is said before the report is emptied and before a slow model is read.
    check_report(args, &inputs)?;
    let repairer = repairer(args)?;
    let mut pool = rayon::ThreadPoolBuilder::new();
    if args.threads > 0 {
        pool = pool.num_threads(args.threads);
    }
    let report = match &args.report {
        Some(path) => Some(Report::create(path).map_err(|source| CliError::Write { path: path.clone(), source })?),
        None => None,
    };
    pool.build()?.install(|| repair_all(args, &inputs, &repairer, report))
}

/// Refuses a report that would overwrite an input or mix with the text.
fn check_report(args: &RepairArgs, inputs: &[Result<Input, CliError>]) -> Result<(), CliError> {
    let Some(path) = &args.report else { return Ok(()) };
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

/// The engine with the options and the model that are asked for.
fn repairer(args: &RepairArgs) -> Result<Repairer, CliError> {
    let options = Options {
        min_confidence: args.min_confidence,
        kinds: args.kinds(),
        ocr_numbers: args.ocr_numbers,
        rejoin: args.rejoin,
        ..Options::default()
    };
    match &args.model {
        None => Ok(Repairer::with_options(options)),
        Some(path) => {
            let model = Model::open(path).map_err(|e| CliError::of_model(path.clone(), e))?;
            Ok(Repairer::with_parts(options, model, Table::embedded()))
        }
    }
}

/// Repairs one input after the other; one that fails is named and the next one done.
fn repair_all(
    args: &RepairArgs,
    inputs: &[Result<Input, CliError>],
    repairer: &Repairer,
    report: Option<Report>,
) -> Result<Outcome, CliError> {
    let mut filter = Filter { repairer, out: io::stdout().lock(), report };
    let output = FileIdentity::of_stdout();
    let mut outcome = Outcome::Done;
    let mut fail = |e: &CliError| {
        complain(e);
        outcome = Outcome::SomeFailed;
    };
    let mut open = true;
    for input in inputs {
        let input = match input {
            Ok(input) => input,
            Err(e) => {
                fail(e);
                continue;
            }
        };
        let name = input.name();
        if output.as_ref().is_some_and(|o| input.is_same_file(o)) {
            fail(&CliError::InputIsOutput { name });
            continue;
        }
        let done = input.open().map_err(FilterError::Read).and_then(|reader| filter.document(&name, reader));
        match done {
            Ok(()) => {}
            Err(FilterError::Read(source)) => fail(&CliError::Read { name, source }),
            Err(FilterError::Output(e)) if e.kind() == ErrorKind::BrokenPipe => {
                // The reader has seen enough, like `head`: a normal end.
                open = false;
                break;
            }
            Err(FilterError::Output(e)) => return Err(CliError::Output(e)),
            Err(FilterError::Report(source)) => return Err(report_failed(args, source)),
        }
    }
    if open {
        match filter.out.flush() {
            Err(e) if e.kind() != ErrorKind::BrokenPipe => return Err(CliError::Output(e)),
            _ => {}
        }
    }
    if let Some(report) = &mut filter.report {
        report.flush().map_err(|source| report_failed(args, source))?;
    }
    Ok(outcome)
}

fn report_failed(args: &RepairArgs, source: io::Error) -> CliError {
    CliError::Write { path: args.report.clone().unwrap_or_default(), source }
}

/// Which of the streams failed: an input's failure is its own, the others end the run.
#[derive(Debug)]
enum FilterError {
    Read(io::Error),
    Output(io::Error),
    Report(io::Error),
}

/// Repairs documents into one output.
struct Filter<'a, O: Write, R: Write> {
    repairer: &'a Repairer,
    out: O,
    report: Option<Report<R>>,
}

impl<O: Write, R: Write> Filter<'_, O, R> {
    /// Repairs one document block by block.
    fn document(&mut self, name: &str, reader: impl Read) -> Result<(), FilterError> {
        let mut blocks = Blocks::new(reader);
        let mut offset = 0;
        let mut line = 1;
        while let Some(block) = blocks.next().map_err(FilterError::Read)? {
            let repaired = self.repairer.repair_from(block, line);
            if let Some(report) = &mut self.report {
                report.add(name, offset, &repaired.edits).map_err(FilterError::Report)?;
            }
            let written =
                if repaired.edits.is_empty() { self.out.write_all(block) } else { self.out.write_all(&repaired.bytes()) };
            // A reader behind the pipe gets each block as soon as it is done.
            written.and_then(|()| self.out.flush()).map_err(FilterError::Output)?;
            offset += block.len() as u64;
            // A block that ends inside a line leaves the rest of that line, and its number, to the next one.
            line += memchr::memchr_iter(b'\n', block).count();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::blocks::{BLOCK, LONGEST_BLOCK};
    use super::*;

    const GARBLED: &str = "Welcome to the Motley Idiot convention name.\n";

    fn filtered(text: &[u8]) -> (Vec<u8>, Vec<Value>) {
        let repairer = Repairer::new();
        let mut report = Vec::new();
        let mut filter = Filter { repairer: &repairer, out: Vec::new(), report: Some(Report::new(&mut report)) };
        filter.document("t", text).unwrap();
        filter.report.as_mut().unwrap().flush().unwrap();
        let out = std::mem::take(&mut filter.out);
        drop(filter);
        let lines = report.split(|b| *b == b'\n').filter(|l| !l.is_empty());
        (out, lines.map(|l| serde_json::from_slice(l).unwrap()).collect())
    }

    /// The text with the edits of its report applied, each of them checked against what stood there.
    fn applied(text: &[u8], report: &[Value]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0;
        for edit in report {
            let number = |key: &str| edit[key].as_u64().unwrap() as usize;
            let (start, end) = (number("start"), number("end"));
            assert_eq!(&text[start..end], edit["before"].as_str().unwrap().as_bytes());
            assert_eq!(number("line"), 1 + text[..start].iter().filter(|b| **b == b'\n').count());
            out.extend(&text[at..start]);
            out.extend(edit["after"].as_str().unwrap().as_bytes());
            at = end;
        }
        out.extend(&text[at..]);
        out
    }

    #[test]
    fn reports_count_across_blocks() {
        let mut text = GARBLED.to_owned();
        text += &"- - - - - - -\n".repeat(BLOCK / 14);
        text += GARBLED;
        text += &"- - - - - - -\r\n".repeat(BLOCK / 15);
        text += GARBLED;
        let (out, report) = filtered(text.as_bytes());
        assert!(out == applied(text.as_bytes(), &report));
        assert!(report.iter().any(|e| e["start"].as_u64().unwrap() > BLOCK as u64), "an edit behind the first block");
    }

    #[test]
    fn a_line_over_several_blocks_keeps_its_number() {
        let mut text = String::from("Good morning.\n");
        text += &"* ".repeat(LONGEST_BLOCK / 2 + 100);
        text += GARBLED;
        text += GARBLED;
        let (out, report) = filtered(text.as_bytes());
        assert!(out == applied(text.as_bytes(), &report));
        assert!(report.iter().any(|e| e["line"] == 2), "the long line's end is repaired");
    }
}
