//! The office's documents: written, published, delivered and signed for (N1, N19).

use crate::fields::{Fields, Form, mendable};
use crate::gate::{Gate, Route};
use crate::respond::{Answer, page, page_with, see_other};
use crate::visit::Visit;
use app::notice::{
    AttachToNotice, DetachFromNotice, DocumentFile, ListDocuments, Listed, PublishNotice, ReadDocument,
    SignForNotice, Typed, WriteNotice,
};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use domain::access::Permission;
use domain::notice::DocumentKind;

pub(crate) fn routes() -> Vec<Route> {
    let (writes, signs) = (
        Gate::Holds(Permission::WriteNotice),
        Gate::Holds(Permission::SignForNotice),
    );
    vec![
        Route::get("/documents", writes, list),
        Route::post("/documents", writes, create),
        Route::get("/documents/new", writes, new),
        Route::get("/documents/{id}", signs, show),
        Route::post("/documents/{id}", writes, edit),
        Route::post("/documents/{id}/publish", writes, publish),
        Route::post("/documents/{id}/sign", signs, sign),
        Route::post("/documents/{id}/files", writes, attach),
        Route::post("/documents/{id}/files/{file}/off", writes, detach),
    ]
}

#[derive(Template)]
#[template(path = "notice/documents.html")]
struct ListPage {
    v: Visit,
    all: Vec<Listed>,
    units: usize,
    kind: String,
}

async fn list(v: Visit) -> Answer {
    let (mut all, units) = v.web().app().query(v.actor(), ListDocuments).await?;
    let kind = v.query("kind").to_owned();
    if !kind.is_empty() {
        all.retain(|d| d.notice.kind == kind);
    }
    page(&ListPage { all, units, kind, v })
}

#[derive(Template)]
#[template(path = "notice/edit.html")]
struct EditPage {
    v: Visit,
    f: Form,
    kind: DocumentKind,
    /// The document; `None` while it is new.
    file: Option<DocumentFile>,
}

impl EditPage {
    /// What a file may be: something that goes with it, or one of the basis documents.
    fn parts(&self) -> Vec<(String, String)> {
        let basis = self.file.iter().flat_map(|file| &file.basis).enumerate();
        let named = |(at, b): (usize, &domain::campaign::template::Basis)| {
            let title = b.title.get(self.v.lang());
            (at.to_string(), self.v.t1("document.file_basis", "title", title))
        };
        let enclosed = (String::new(), self.v.t("document.file_enclosed").to_owned());
        std::iter::once(enclosed).chain(basis.map(named)).collect()
    }

    /// What stands in the fields and no font has.
    fn unprintable(&self) -> String {
        let typed = ["title", "number", "source", "body"].map(|name| self.f.get(name));
        crate::papers::boxes(&self.v, &typed.concat())
    }

    /// Where the form goes.
    fn action(&self) -> String {
        match &self.file {
            Some(file) => format!("/documents/{}", file.notice.id),
            None => "/documents".to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "notice/document.html")]
struct DocumentPage {
    v: Visit,
    f: Form,
    file: DocumentFile,
}

impl DocumentPage {
    /// What the document says and no font has.
    fn unprintable(&self) -> String {
        let n = &self.file.notice;
        let said = [&n.title, &n.number, &n.source, &n.body].map(String::as_str);
        crate::papers::boxes(&self.v, &said.concat())
    }
}

fn kind_of(text: &str) -> DocumentKind {
    DocumentKind::from_name(text).unwrap_or(DocumentKind::Notice)
}

async fn new(v: Visit) -> Answer {
    let f = Form::fresh(&[("source", &v.house().settings.sponsor)]);
    page(&EditPage {
        kind: kind_of(v.query("kind")),
        file: None,
        f,
        v,
    })
}

fn typed(fields: &Fields) -> Typed {
    Typed {
        title: fields.get("title").to_owned(),
        number: fields.get("number").to_owned(),
        source: fields.get("source").to_owned(),
        body: fields.get("body").to_owned(),
        dated_on: fields.get("dated_on").to_owned(),
        original_published_on: fields.get("original_published_on").to_owned(),
    }
}

async fn create(v: Visit, fields: Fields) -> Answer {
    let kind = kind_of(fields.get("kind"));
    let case = WriteNotice {
        id: None,
        kind,
        typed: typed(&fields),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(id) => Ok(see_other(&format!("/documents/{id}?said=saved"))),
        Err(error) => {
            let f = Form::mend(fields, mendable(error)?);
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &EditPage {
                    kind,
                    file: None,
                    f,
                    v,
                },
            )
        }
    }
}

async fn read(v: &Visit, id: &str) -> Result<DocumentFile, crate::Failure> {
    Ok(v.web()
        .app()
        .query(v.actor(), ReadDocument { id: id.to_owned() })
        .await?)
}

async fn show(v: Visit, Path(id): Path<String>) -> Answer {
    let file = read(&v, &id).await?;
    let n = &file.notice;
    if n.published_at.is_some() {
        return page(&DocumentPage {
            f: Form::default(),
            file,
            v,
        });
    }
    let revision = n.revision.to_string();
    let f = Form::fresh(&[
        ("title", &n.title),
        ("number", &n.number),
        ("source", &n.source),
        ("body", &n.body),
        ("dated_on", n.dated_on.as_deref().unwrap_or("")),
        (
            "original_published_on",
            n.original_published_on.as_deref().unwrap_or(""),
        ),
        ("revision", &revision),
    ]);
    page(&EditPage {
        kind: kind_of(&file.notice.kind),
        file: Some(file),
        f,
        v,
    })
}

async fn again(v: Visit, id: &str, fields: Fields, error: app::Error) -> Answer {
    let problems = mendable(error)?;
    let status = problems.0.first().map_or(StatusCode::UNPROCESSABLE_ENTITY, |p| {
        crate::respond::status(&p.kind)
    });
    let file = read(&v, id).await?;
    let f = Form::mend(fields, problems);
    if file.notice.published_at.is_some() {
        return page_with(status, &DocumentPage { f, file, v });
    }
    let kind = kind_of(&file.notice.kind);
    page_with(
        status,
        &EditPage {
            kind,
            file: Some(file),
            f,
            v,
        },
    )
}

async fn write(v: &Visit, id: &str, fields: &Fields) -> app::Result<String> {
    let case = WriteNotice {
        id: Some((id.to_owned(), fields.get("revision").parse().unwrap_or(0))),
        kind: DocumentKind::Notice,
        typed: typed(fields),
    };
    v.web().app().execute(v.actor(), case).await
}

async fn edit(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    match write(&v, &id, &fields).await {
        Ok(_) => Ok(see_other(&format!("/documents/{id}?said=saved"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}

/// One form carries both buttons: what was typed is kept first, so that what goes out is what stood on the screen.
async fn publish(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = PublishNotice {
        id: id.clone(),
        typed: Some((fields.get("revision").parse().unwrap_or(0), typed(&fields))),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/documents/{id}?said=notice_published"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}

async fn sign(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let case = SignForNotice {
        id: id.clone(),
        unit: fields.trimmed("unit"),
    };
    match v.web().app().execute(v.actor(), case).await {
        Ok(_) => Ok(see_other(&format!("/documents/{id}?said=notice_signed"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}

async fn try_attach(v: &Visit, id: &str, fields: &Fields) -> app::Result<()> {
    let app = v.web().app();
    // What stands in the other boxes is kept first: a file is chosen in the midst of writing.
    write(v, id, fields).await?;
    let file = match fields.file("file") {
        Some(file) => Some(app::attachment::keep(app, "file", &file.name, &file.bytes).await?),
        None => None,
    };
    let case = AttachToNotice {
        id: id.to_owned(),
        basis: fields.get("basis").parse().ok(),
        title: fields.trimmed("file_title"),
        file,
    };
    app.execute(v.actor(), case).await
}

async fn attach(v: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    match try_attach(&v, &id, &fields).await {
        Ok(()) => Ok(see_other(&format!("/documents/{id}?said=notice_file#files"))),
        Err(error) => {
            // The words may have been kept before the file was refused: the form goes on from there.
            let revision = read(&v, &id).await?.notice.revision;
            let mut texts: Vec<(String, String)> = fields
                .under("")
                .filter(|(name, _)| *name != "revision")
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .collect();
            let meanwhile = matches!(&error, app::Error::Refused(p) if p.0.iter().any(|p| p.key == "problem.notice.written_meanwhile"));
            let seen = if meanwhile {
                fields.get("revision").to_owned()
            } else {
                revision.to_string()
            };
            texts.push(("revision".to_owned(), seen));
            again(v, &id, Fields::of(texts), error).await
        }
    }
}

async fn detach(v: Visit, Path((id, file)): Path<(String, String)>, fields: Fields) -> Answer {
    let case = DetachFromNotice { id: id.clone(), file };
    match v.web().app().execute(v.actor(), case).await {
        Ok(()) => Ok(see_other(&format!("/documents/{id}?said=notice_file_off#files"))),
        Err(error) => again(v, &id, fields, error).await,
    }
}
