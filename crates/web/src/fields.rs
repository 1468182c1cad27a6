//! What a form sent: texts by name, files by name. The token of the session is checked here, so that no form
//! can be read without it.

use crate::respond::Failure;
use crate::visit::{Visit, form_pairs};
use crate::{Web, gate};
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::Response;
use domain::problem::{Problem, ProblemKind};
use http_body_util::BodyExt;

/// The most a request may carry, in bytes: a roster workbook or a photograph fits.
pub const BODY_LIMIT: usize = 24 * 1024 * 1024;

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Name of the field.
    pub field: String,
    /// Name as sent; never used as a path.
    pub name: String,
    /// The bytes.
    pub bytes: Bytes,
}

/// The fields of a sent form.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    texts: Vec<(String, String)>,
    files: Vec<Upload>,
}

impl Fields {
    /// The first value of a field, empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.texts.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v)
    }

    /// The first value of a field without blank edges.
    pub fn trimmed(&self, name: &str) -> String {
        self.get(name).trim().to_owned()
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.texts
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
            .collect()
    }

    /// Whether a box was ticked or a button pressed.
    pub fn has(&self, name: &str) -> bool {
        self.texts.iter().any(|(n, _)| n == name)
    }

    /// Every field whose name begins so, with the rest of its name.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts
            .iter()
            .filter_map(move |(n, v)| Some((n.strip_prefix(prefix)?, v.as_str())))
    }

    /// A file that is not empty.
    pub fn file(&self, field: &str) -> Option<&Upload> {
        self.files
            .iter()
            .find(|f| f.field == field && !f.bytes.is_empty())
    }

    /// A file was chosen, and there is nothing in it. Without a choice a browser sends no name.
    pub fn chose_empty(&self, field: &str) -> bool {
        self.files
            .iter()
            .any(|f| f.field == field && f.bytes.is_empty() && !f.name.is_empty())
    }

    /// The same with one field set anew.
    pub fn with(mut self, name: &str, value: String) -> Fields {
        self.texts.retain(|(n, _)| n != name);
        self.texts.push((name.to_owned(), value));
        self
    }

    /// A form made of texts, for a page shown the first time.
    pub fn of(texts: Vec<(String, String)>) -> Fields {
        Fields {
            texts,
            files: Vec::new(),
        }
    }
}

impl FromRequest<Web> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &Web) -> Result<Self, Response> {
        let visit = request.extensions().get::<Visit>().cloned();
        let read = read(request, state)
            .await
            .map_err(|failure| gate::settle(Err(failure)))?;
        if let Some(visit) = &visit {
            visit.note_sent(&read.texts, !read.files.is_empty());
        }
        let token = visit.as_ref().map_or("", Visit::csrf);
        if !token.is_empty() && read.get("csrf") != token {
            return Err(gate::settle(Err(
                Problem::forbidden("problem.form_expired").into()
            )));
        }
        Ok(read)
    }
}

/// Up to here what is too large is read to its end and thrown away, in bytes: a browser that is still sending when the
/// answer comes shows a broken connection in place of it.
const DRAINED: u64 = 256 * 1024 * 1024;

/// How large the sender says it is.
fn announced(request: &Request) -> Option<u64> {
    let length = request.headers().get(header::CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

async fn drained(request: Request) -> Failure {
    let mut body = request.into_body();
    let mut left = DRAINED;
    while let Some(Ok(frame)) = body.frame().await {
        let got = frame.data_ref().map_or(0, Bytes::len) as u64;
        left = match left.checked_sub(got) {
            Some(left) => left,
            None => break,
        };
    }
    too_large().into()
}

async fn read(request: Request, state: &Web) -> Result<Fields, Failure> {
    if announced(&request).is_some_and(|n| n > BODY_LIMIT as u64) {
        return Err(drained(request).await);
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    if kind.starts_with("multipart/form-data") {
        let parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| unreadable())?;
        return read_parts(parts).await;
    }
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(unreadable().into());
    }
    let bytes = Bytes::from_request(request, state)
        .await
        .map_err(|_| too_large())?;
    Ok(Fields {
        texts: form_pairs(&bytes),
        files: Vec::new(),
    })
}

async fn read_parts(mut parts: Multipart) -> Result<Fields, Failure> {
    let mut fields = Fields::default();
    while let Some(part) = parts.next_field().await.map_err(|e| not_read(&e))? {
        if fields.texts.len() + fields.files.len() > 2000 {
            return Err(too_large().into());
        }
        let name = part.name().unwrap_or("").to_owned();
        match part.file_name().map(str::to_owned) {
            Some(file) => {
                let bytes = part.bytes().await.map_err(|e| not_read(&e))?;
                fields.files.push(Upload {
                    field: name,
                    name: file,
                    bytes,
                });
            }
            None => {
                let text = part.text().await.map_err(|e| not_read(&e))?;
                fields.texts.push((name, text));
            }
        }
    }
    Ok(fields)
}

/// Why a part was not read: there is too much of it, or it broke off.
fn not_read(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => unreadable(),
    }
}

fn unreadable() -> Problem {
    Problem::new(ProblemKind::Invalid, "problem.form_unreadable")
}

fn too_large() -> Problem {
    Problem::new(ProblemKind::TooLarge, "problem.too_large").with("megabytes", BODY_LIMIT / 1024 / 1024)
}

/// A form as a page shows it: what was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Fields,
    problems: domain::problem::Problems,
}

impl Form {
    /// A form shown the first time, with what is known already.
    pub fn fresh(texts: &[(&str, &str)]) -> Form {
        let texts = texts
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        Form {
            fields: Fields::of(texts),
            problems: domain::problem::Problems::default(),
        }
    }

    /// A form that has to be mended. Nothing typed is lost.
    pub fn mend(fields: Fields, problems: domain::problem::Problems) -> Form {
        Form { fields, problems }
    }

    /// What is known stands in every field that was not sent: a page may hold more than one form.
    #[must_use]
    pub fn over(mut self, known: &[(&str, &str)]) -> Form {
        let known = known.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        self.fields.texts.extend(known);
        self
    }

    /// What was typed.
    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// Whether one of several boxes was ticked.
    pub fn ticked(&self, name: &str, value: &str) -> bool {
        self.fields.all(name).contains(&value)
    }

    /// Whether anything is wrong.
    pub fn wrong(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Everything that is wrong, for the summary.
    pub fn problems(&self) -> &[Problem] {
        &self.problems.0
    }

    /// What is wrong with one field.
    pub fn of(&self, name: &str) -> Vec<&Problem> {
        self.problems
            .0
            .iter()
            .filter(|p| p.field.as_deref() == Some(name))
            .collect()
    }

    /// Whether one field is wrong.
    pub fn bad(&self, name: &str) -> bool {
        self.problems.0.iter().any(|p| p.field.as_deref() == Some(name))
    }
}

/// Splits an error into what a form can show and what needs a page of its own.
///
/// # Errors
/// Everything that is not about what was typed.
pub fn mendable(error: app::Error) -> Result<domain::problem::Problems, Failure> {
    match error {
        app::Error::Refused(problems)
            if problems.0.iter().all(|p| {
                matches!(
                    p.kind,
                    ProblemKind::Invalid
                        | ProblemKind::Conflict
                        | ProblemKind::Closed(_)
                        | ProblemKind::TooMany(_)
                        | ProblemKind::Gone
                        | ProblemKind::TooLarge
                )
            }) =>
        {
            Ok(problems)
        }
        other => Err(Failure(other)),
    }
}
