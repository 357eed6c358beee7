//! `degarble apply`: the edits of a report made again, or taken back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

use super::args::ApplyArgs;
use super::change::{escaped, written};
use super::compress::{Compression, Packer, unpack};
use super::encoding::Charset;
use super::error::CliError;
use super::inputs::Input;
use super::output::NewFile;
use super::report::{Line, VERSION};
use super::{Outcome, complain};

/// A replacement of bytes.
#[derive(Debug, PartialEq, Eq)]
struct Patch {
    /// Where it begins in the input.
    start: u64,
    /// What stands there.
    before: Vec<u8>,
    /// What takes its place.
    after: Vec<u8>,
    /// Line of the report.
    line: usize,
}

/// Applies the report.
pub(super) fn run(args: &ApplyArgs) -> Result<Outcome, CliError> {
    let report = args.report.display().to_string();
    let text = fs::read_to_string(&args.report).map_err(|source| CliError::Read { name: report.clone(), source })?;
    let mut patches = parse(&report, &text)?;
    let stdin = args.files.is_empty() || args.files.iter().any(|f| f.as_os_str() == "-");
    if stdin && args.in_place {
        return Err(CliError::Usage("--in-place needs files: stdin cannot be rewritten".into()));
    }
    if stdin && args.files.len() > 1 {
        return Err(CliError::Usage("stdin and files cannot be told apart in a report; give them in two runs".into()));
    }
    if stdin && patches.len() > 1 {
        let names: Vec<&str> = patches.keys().map(String::as_str).collect();
        return Err(CliError::Usage(format!("{report} is about several inputs; name those that are meant: {}", names.join(" "))));
    }
    let mut outcome = Outcome::Done;
    let files: Vec<Option<&Path>> = if stdin { vec![None] } else { args.files.iter().map(|f| Some(f.as_path())).collect() };
    for file in files {
        // What comes through stdin may have had a name when the report was made.
        let own = match file {
            None => patches.pop_first().map(|(_, own)| own).unwrap_or_default(),
            Some(path) => patches.remove(&path.display().to_string()).unwrap_or_default(),
        };
        match one(args, &report, file, &own) {
            Ok(()) => {}
            Err(CliError::Output(e)) if e.kind() == ErrorKind::BrokenPipe => break,
            Err(e @ CliError::Output(_)) => return Err(e),
            Err(e) => {
                complain(e);
                outcome = Outcome::SomeFailed;
            }
        }
    }
    Ok(outcome)
}

/// Reads a report: the replacements of each input, in order and apart from each other.
fn parse(name: &str, text: &str) -> Result<BTreeMap<String, Vec<Patch>>, CliError> {
    let mut out: BTreeMap<String, Vec<Patch>> = BTreeMap::new();
    for (i, json) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let fail = |what: String| CliError::Report { name: format!("{name}:{}", i + 1), what };
        let line: Line<'_> = serde_json::from_str(json).map_err(|e| fail(format!("not a line of a report: {e}")))?;
        if line.version != VERSION {
            return Err(fail(format!("version {} of the report's form; this program reads version {VERSION}", line.version)));
        }
        let charset = match &line.encoding {
            None => Charset::Utf8,
            Some(label) => Charset::of_label(label).map_err(|e| fail(format!("encoding {label}: {e}")))?,
        };
        let encode = |text: &str| {
            let bytes = charset.encode(text).map(|b| b.into_owned());
            bytes.ok_or_else(|| fail(format!("`{text}` cannot be written in {}", charset.name())))
        };
        let raw = line.raw_before.clone().unwrap_or_else(|| escaped(line.escape, &line.before).into_owned().into());
        // Made anew from `after`, which a reviewer may have changed.
        let after = written(&raw, &line.after, line.escape, line.field.is_some())
            .ok_or_else(|| fail(format!("`{}` cannot be written in the place of `{raw}`", line.after)))?;
        let patch = Patch { start: line.start, before: encode(&raw)?, after: encode(&after)?, line: i + 1 };
        if patch.before.len() as u64 != line.end.saturating_sub(line.start) {
            return Err(fail(format!("`before` is not as long as {}..{}", line.start, line.end)));
        }
        out.entry(line.file.into_owned()).or_default().push(patch);
    }
    for patches in out.values_mut() {
        patches.sort_by_key(|p| p.start);
        let torn = patches.windows(2).find(|w| w[0].start + w[0].before.len() as u64 > w[1].start);
        if let Some([first, second]) = torn {
            let what = format!("overlaps line {}; the report must be of one run", first.line);
            return Err(CliError::Report { name: format!("{name}:{}", second.line), what });
        }
    }
    Ok(out)
}

/// The same replacements, the other way round: their places are those of the output.
fn undone(patches: &[Patch]) -> Vec<Patch> {
    let mut shift = 0i64;
    let undo = |p: &Patch| {
        let start = p.start.saturating_add_signed(shift);
        shift += p.after.len() as i64 - p.before.len() as i64;
        Patch { start, before: p.after.clone(), after: p.before.clone(), line: p.line }
    };
    patches.iter().map(undo).collect()
}

fn one(args: &ApplyArgs, report: &str, file: Option<&Path>, patches: &[Patch]) -> Result<(), CliError> {
    let input = match file {
        None => Input::Stdin,
        Some(path) => Input::named(path),
    };
    let name = input.name();
    let read = |source| CliError::Read { name: name.clone(), source };
    let reader = input.open().map_err(read)?;
    let (compression, text) = unpack(reader);
    let reversed;
    let patches = if args.undo {
        reversed = undone(patches);
        &reversed[..]
    } else {
        patches
    };
    match file {
        Some(path) if args.in_place => {
            let write = |source| CliError::Write { path: path.to_owned(), source };
            let path = fs::canonicalize(path).map_err(read)?;
            let like = fs::metadata(&path).map_err(read)?;
            let new = NewFile::create(&path, Some(&like)).map_err(write)?;
            let mut out = Packer::new(compression, new);
            copy(report, &name, text, patches, &mut out, &|source| write(source))?;
            out.finish().and_then(|new| new.commit(None)).map_err(write)
        }
        _ => {
            let stdout = io::stdout().lock();
            let compression = if file.is_none() { compression } else { Compression::None };
            let mut out = Packer::new(compression, io::BufWriter::new(stdout));
            copy(report, &name, text, patches, &mut out, &CliError::Output)?;
            out.finish().and_then(|mut out| out.flush()).map_err(CliError::Output)
        }
    }
}

/// Copies a text with the replacements made, each of them checked against what stands there.
fn copy(
    report: &str,
    name: &str,
    mut text: impl Read,
    patches: &[Patch],
    out: &mut impl Write,
    failed: &dyn Fn(io::Error) -> CliError,
) -> Result<(), CliError> {
    let mut at = 0;
    let read = |source| CliError::Read { name: name.to_owned(), source };
    for patch in patches {
        let between = patch.start - at;
        // Reading and writing fail apart from each other, and are told apart.
        let copied = copy_some(&mut text, between, out, &read, failed)?;
        let mut there = Vec::new();
        text.by_ref().take(patch.before.len() as u64).read_to_end(&mut there).map_err(read)?;
        if copied < between || there != patch.before {
            let (wanted, found) = (String::from_utf8_lossy(&patch.before), String::from_utf8_lossy(&there));
            let what = format!("{name} has `{found}` at byte {}, not `{wanted}`; it is not the text of this report", patch.start);
            return Err(CliError::Report { name: format!("{report}:{}", patch.line), what });
        }
        out.write_all(&patch.after).map_err(failed)?;
        at = patch.start + patch.before.len() as u64;
    }
    copy_some(&mut text, u64::MAX, out, &read, failed).map(drop)
}

fn copy_some(
    text: &mut impl Read,
    most: u64,
    out: &mut impl Write,
    read: &dyn Fn(io::Error) -> CliError,
    failed: &dyn Fn(io::Error) -> CliError,
) -> Result<u64, CliError> {
    let mut buffer = vec![0; 64 << 10];
    let mut copied = 0;
    while copied < most {
        let wanted = (most - copied).min(buffer.len() as u64) as usize;
        match text.read(&mut buffer[..wanted]) {
            Ok(0) => break,
            Ok(n) => {
                out.write_all(&buffer[..n]).map_err(failed)?;
                copied += n as u64;
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(read(e)),
        }
    }
    Ok(copied)
}
