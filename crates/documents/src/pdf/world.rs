//! The smallest world typst can live in, and the way from values to bytes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use jiff::civil::Date;
use serde::Serialize;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::clean::clean;
use crate::DocumentError;
use crate::fonts::{Families, Fonts};
use crate::paper::SealPicture;

/// One id for every template and one for every document's values: ids are 16 bits wide and live as long as the
/// process.
static MAIN: LazyLock<Option<FileId>> = LazyLock::new(|| id_of("/main.typ"));
static DATA: LazyLock<Option<FileId>> = LazyLock::new(|| id_of("/data.json"));

/// The language of the templates: built and hashed once, it is the same for every document.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    let features = [Feature::A11yExtras].into_iter().collect();
    LazyHash::new(Library::builder().with_features(features).build())
});

/// The templates, parsed once.
static PARSED: LazyLock<Mutex<HashMap<&'static str, Source>>> = LazyLock::new(Mutex::default);

/// Documents since layouts were thrown away last.
static SINCE: AtomicUsize = AtomicUsize::new(0);

/// After how many documents cached layouts that nobody asked for meanwhile are thrown away: looking through them
/// all costs as much as a small layout.
const ROUND: usize = 8;

/// A file of so many bytes (some dozen forms) leaves a cache of 100 MB and more: dropped at once.
const LARGE: usize = 300_000;

fn id_of(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn parsed(template: &'static str) -> Result<Source, DocumentError> {
    let main = MAIN.ok_or_else(|| failed("no file id"))?;
    let mut known = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    let source = known
        .entry(template)
        .or_insert_with(|| Source::new(main, template.to_owned()));
    Ok(source.clone())
}

struct Small {
    main: Source,
    /// The values, as JSON.
    data: Bytes,
    /// Pictures by the ids of their paths: as many ids as different seals were ever printed.
    pictures: Vec<(FileId, Bytes)>,
}

impl World for Small {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &Fonts::get().book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            Ok(self.main.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if Some(id) == *DATA {
            return Ok(self.data.clone());
        }
        let picture = self.pictures.iter().find(|(known, _)| *known == id);
        picture
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        Fonts::get().fonts.get(index).cloned()
    }

    /// No clock: a date that is printed or stored in the file comes in with the values.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// What every template gets.
#[derive(Serialize)]
struct Values<'a, T> {
    /// Primary language subtag, `zh` or `en`.
    lang: &'a str,
    /// Region subtag or nothing.
    region: Option<&'a str>,
    /// The title of the file.
    title: &'a str,
    fonts: Families,
    doc: &'a T,
}

/// The head of a file: what a reader program shows and an archive keeps.
pub(super) struct Head<'a> {
    /// A language tag such as `zh-CN`.
    pub(super) language: &'a str,
    /// The title of the file.
    pub(super) title: &'a str,
    /// The date written into the file.
    pub(super) date: Date,
    /// The pictures its text names by their paths.
    pub(super) pictures: Vec<SealPicture>,
}

/// Sets `doc` by the template `source` and returns the PDF file.
pub(super) fn press<T: Serialize>(
    source: &'static str,
    head: &Head<'_>,
    doc: &T,
) -> Result<Vec<u8>, DocumentError> {
    let bytes = set(source, head, doc).and_then(|document| {
        typst_pdf::pdf(&document, &options(head.date)?).map_err(|errors| diagnosis(&errors))
    });
    forget(bytes.as_ref().is_ok_and(|file| file.len() > LARGE));
    bytes
}

/// Sets `doc` by the template `source` into pages. [`forget`] is to be called when they are written.
pub(super) fn set<T: Serialize>(
    source: &'static str,
    head: &Head<'_>,
    doc: &T,
) -> Result<PagedDocument, DocumentError> {
    let mut tag = head.language.splitn(2, '-');
    let values = Values {
        lang: tag.next().unwrap_or("zh"),
        region: tag.next().filter(|region| region.len() == 2),
        title: head.title,
        fonts: Fonts::get().families(),
        doc,
    };
    let mut json = serde_json::to_value(&values).map_err(|error| failed(&error.to_string()))?;
    clean(&mut json);
    let picture = |p: &SealPicture| Some((id_of(&p.path)?, Bytes::new(p.bytes.clone())));
    let world = Small {
        pictures: head.pictures.iter().filter_map(picture).collect(),
        main: parsed(source)?,
        data: Bytes::from_string(json.to_string()),
    };
    typst::compile::<PagedDocument>(&world)
        .output
        .map_err(|errors| diagnosis(&errors))
}

/// Lets go of layouts that will not be asked for again.
pub(super) fn forget(large: bool) {
    if large {
        typst::comemo::evict(0);
    } else if SINCE.fetch_add(1, Ordering::Relaxed) % ROUND == ROUND - 1 {
        typst::comemo::evict(1);
    }
}

fn options(date: Date) -> Result<PdfOptions, DocumentError> {
    let field = |value: i8| u8::try_from(value).unwrap_or(1);
    let datetime = Datetime::from_ymd_hms(
        i32::from(date.year()),
        field(date.month()),
        field(date.day()),
        0,
        0,
        0,
    );
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|error| failed(error.message().as_str()))?;
    Ok(PdfOptions {
        ident: Smart::Auto,
        creator: Smart::Custom(Some("Jiannuo".to_owned())),
        timestamp: datetime.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    })
}

fn diagnosis(errors: &[SourceDiagnostic]) -> DocumentError {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| {
            let hints: Vec<&str> = error.hints.iter().map(|hint| hint.v.as_str()).collect();
            format!("{} {}", error.message, hints.join(" "))
        })
        .collect();
    failed(&lines.join("\n"))
}

fn failed(cause: &str) -> DocumentError {
    DocumentError::Typeset {
        cause: cause.to_owned(),
    }
}
