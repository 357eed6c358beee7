//! The engine that the settings ask for, and the threads it runs on.

use std::fs;
use std::path::Path;

use super::error::CliError;
use super::lists::Lists;
use super::settings::Settings;
use crate::context::ContextModel;
use crate::dictionary::Table;
use crate::language_model::Model;
use crate::repair::{Options, Repairer};

/// The engine with the options, the model and the lists that are asked for.
pub(super) fn repairer(settings: &Settings, options: Options) -> Result<Repairer, CliError> {
    let model = match &settings.model {
        None => Model::embedded(),
        Some(path) => Model::open(path).map_err(|e| CliError::of_model(path.clone(), e))?,
    };
    let lists = Lists::read(settings, &model)?;
    let table = match &lists.pairs {
        Some(pairs) => Table::embedded().merged(pairs),
        None => Table::embedded(),
    };
    let context = settings.context.as_deref().map(|path| context(path, &model)).transpose()?;
    let mut repairer = Repairer::with_parts(options, model, table);
    if context.is_some() {
        repairer = repairer.with_context(context);
    }
    Ok(repairer.know(lists.words).protect(lists.protect))
}

/// The model of wide contexts that a file holds.
fn context(path: &Path, model: &Model) -> Result<ContextModel, CliError> {
    let bytes = fs::read(path).map_err(|source| CliError::Read { name: path.display().to_string(), source })?;
    let context = ContextModel::from_bytes(bytes).map_err(|source| CliError::Context { path: path.to_owned(), source })?;
    if context.fits(model) { Ok(context) } else { Err(CliError::Unfit { path: path.to_owned() }) }
}

/// Does something on as many threads as the settings say.
pub(super) fn install<T: Send>(settings: &Settings, work: impl FnOnce() -> T + Send) -> Result<T, CliError> {
    let mut pool = rayon::ThreadPoolBuilder::new();
    if let Some(threads) = settings.threads.filter(|n| *n > 0) {
        pool = pool.num_threads(threads);
    }
    Ok(pool.build()?.install(work))
}
