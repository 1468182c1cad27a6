//! Documents to take away: made off the threads that answer, so many at once.

use crate::respond::{Answer, download};
use crate::visit::Visit;
use documents::paper::{Document, Format};
use domain::problem::Problem;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Typesetting is the most costly thing a page can ask for: so many at once, the rest waits its turn.
static PRESSES: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// The stem and the format of a file name.
///
/// # Errors
/// `problem.not_found` for an ending that no writer has.
pub(crate) fn parts_of(file: &str) -> Result<(&str, Format), Problem> {
    file.rsplit_once('.')
        .and_then(|(stem, ending)| Some((stem, Format::from_ending(ending)?)))
        .ok_or_else(|| Problem::not_found("problem.not_found"))
}

/// The document as a download called `name` and the ending of its format.
///
/// # Errors
/// Whatever the writer reports.
pub(crate) async fn deliver(document: Document, name: &str, format: Format) -> Answer {
    let bytes = press(move || document.write(format))
        .await?
        .map_err(|error| app::Error::bug(error.cause().unwrap_or(error.key()).to_owned()))?;
    Ok(download(
        &format!("{name}.{}", format.ending()),
        format.media_type(),
        bytes,
    ))
}

/// What `work` makes, off the threads that answer and when its turn has come.
///
/// # Errors
/// When the work fell over.
pub(crate) async fn press<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, app::Error> {
    let permit = PRESSES.acquire().await.map_err(app::Error::bug)?;
    let made = tokio::task::spawn_blocking(work).await;
    drop(permit);
    made.map_err(app::Error::bug)
}

/// Most names a page tells of.
const LOST_SHOWN: usize = 50;

/// The characters of a text that no font has, for one sentence; empty where all are printed.
pub(crate) fn boxes(v: &Visit, text: &str) -> String {
    let lost = documents::fonts::unprintable(text);
    let shown: Vec<String> = lost.into_iter().take(20).map(String::from).collect();
    shown.join(v.t("list.separator"))
}

/// Of names with their words, those whose paper would have boxes: the name, and the characters no font has.
pub(crate) fn lost<'n>(v: &Visit, all: impl Iterator<Item = (&'n str, String)>) -> Vec<(String, String)> {
    let lost = |(name, words): (&str, String)| {
        let lost = boxes(v, &words);
        (!lost.is_empty()).then(|| (name.to_owned(), lost))
    };
    all.filter_map(lost).take(LOST_SHOWN).collect()
}
