//! What people and programs open first: the catalogue, the page that needs no server, and the metadata.

use super::papers::SCAN;
use super::{CATALOGUE, Entry, FORMAT, METADATA, Outline, Written};
use crate::error::{Error, Result};
use documents::table::{Cell, Column, Table};
use domain::campaign::CampaignState;
use lang::Lang;
use serde_json::json;
use std::collections::BTreeMap;

/// The style of the page: it stands in the page itself, so that nothing has to be fetched.
const STYLE: &str = "body{margin:0;background:#FBF8F3;color:#1F1F1F;font:1rem/1.75 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;overflow-wrap:anywhere}\
main{max-width:60rem;margin:0 auto;padding:1rem 1rem 4rem}header{background:#B5121B;color:#FFF;border-bottom:3px solid #F6D77A}\
header div{max-width:60rem;margin:0 auto;padding:1.25rem 1rem}h1{margin:0;font:700 1.75rem/1.35 'Noto Serif CJK SC',SimSun,serif}\
h2{margin:2rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid #E3DCD0;font-size:1.25rem}h3{margin:1.25rem 0 .25rem;font-size:1rem}\
p{margin:.5rem 0}header p{margin:.25rem 0 0}a{color:#0B57A4;text-underline-offset:.2em}.meta{color:#595959;font-size:.875rem}\
.box{margin:1rem 0;padding:.75rem 1rem;border-left:4px solid #8A4B00;background:#FFF4DE}details{margin:.5rem 0;padding:0 1rem;border:1px solid #E3DCD0;border-radius:6px;background:#FFF}\
summary{padding:.625rem 0;font-weight:700;cursor:pointer}ul{margin:0 0 1rem;padding:0;list-style:none}li{padding:.375rem 0;border-top:1px solid #F5EFE5}\
li a{display:inline-block;min-width:2.75rem;margin-right:.75rem;padding:.25rem 0}pre,code{font:.875rem/1.6 ui-monospace,Consolas,monospace}\
pre{padding:.75rem 1rem;background:#F5EFE5;white-space:pre-wrap}:focus-visible{outline:3px solid #0B57A4;outline-offset:2px}\
@media print{header{color:#000;background:none}details{border:0}}";

/// An item (件): the files that are one thing in different formats.
struct Item<'a> {
    code: String,
    files: Vec<&'a Entry>,
}

/// The package as it is shown.
pub(super) struct Face<'a> {
    lang: Lang,
    outline: &'a Outline,
    items: Vec<Item<'a>>,
    /// Algorithm and name of the keys that sign.
    keys: Vec<(&'static str, String)>,
}

impl<'a> Face<'a> {
    /// Puts the files in the order of the archive and numbers them: department, period, sort of paper; numbers begin
    /// anew in each department and period (DA/T 22).
    pub(super) fn of(
        lang: Lang,
        outline: &'a Outline,
        entries: &'a [Entry],
        keys: Vec<(&'static str, String)>,
    ) -> Face<'a> {
        let mut files: Vec<_> = entries.iter().filter_map(|e| Some((e.meta.series?, e))).collect();
        let kept = |s| outline.plan.retention(s);
        // The sort is stable: within a series things stay in the order in which they were handed on.
        files.sort_by_key(|(s, e)| (e.meta.department, kept(*s), *s));
        let mut items: Vec<Item<'a>> = Vec::new();
        let mut numbers: BTreeMap<_, usize> = BTreeMap::new();
        for (series, entry) in files {
            let same = |i: &&mut Item<'a>| {
                let first = i.files.first().map(|f| &f.meta);
                first.is_some_and(|m| {
                    (m.series, m.department, &m.title)
                        == (Some(series), entry.meta.department, &entry.meta.title)
                })
            };
            if let Some(item) = items.last_mut().filter(same) {
                item.files.push(entry);
                continue;
            }
            let (department, period) = (entry.meta.department, kept(series));
            let number = numbers.entry((department, period)).or_default();
            *number += 1;
            items.push(Item {
                code: outline.plan.code(outline.year, period, department, *number),
                files: vec![entry],
            });
        }
        Face {
            lang,
            outline,
            items,
            keys,
        }
    }

    /// What the package holds, in figures.
    pub(super) fn written(&self) -> Written {
        let files = || self.items.iter().flat_map(|i| &i.files);
        Written {
            files: files().count(),
            items: self.items.len(),
            bytes: files().map(|f| f.size).sum(),
            boxes: files().filter(|f| has_boxes(f)).count(),
        }
    }

    fn t(&self, key: &str) -> &'static str {
        lang::find(self.lang, key).unwrap_or_default()
    }

    fn series(&self, entry: &Entry) -> &'static str {
        let series = entry.meta.series;
        series.map_or("", |s| self.t(&format!("package_series.{}", s.name())))
    }

    fn retention(&self, entry: &Entry) -> &'static str {
        let series = entry.meta.series;
        let kept = series.map(|s| self.outline.plan.retention(s));
        kept.map_or("", |k| self.t(&format!("package_retention.{}", k.name())))
    }

    fn title(&self) -> String {
        let campaign = self.outline.campaign.title_in(self.lang);
        lang::fill(self.lang, "package.head", &[("campaign", &campaign)])
    }

    fn made(&self) -> String {
        let date = lang::date(self.lang, self.outline.today);
        let args: [(&str, &dyn std::fmt::Display); 2] = [("house", &self.outline.house), ("date", &date)];
        lang::fill(self.lang, "package.made", &args)
    }

    /// The catalogue (归档文件目录) as a workbook, a line a file.
    pub(super) fn catalogue(&self) -> Result<Vec<u8>> {
        let heads = [
            "package.file_list",
            "package.column_code",
            "package.column_year",
            "package.column_department",
            "package.retention",
            "package.series",
            "package.column_item",
            "package.column_responsible",
            "package.column_date",
            "package.column_format",
            "package.column_size",
            "package.column_path",
            "package.column_note",
        ];
        let mut table = Table {
            title: self.title(),
            note: self.made(),
            columns: heads.iter().map(|key| Column::new(self.t(key))).collect(),
            rows: Vec::new(),
            date: self.outline.today,
        };
        for item in &self.items {
            for entry in &item.files {
                table.rows.push(self.row(table.rows.len() + 1, &item.code, entry));
            }
        }
        documents::xlsx::write_table(&table).map_err(Error::bug)
    }

    fn row(&self, number: usize, code: &str, entry: &Entry) -> Vec<Cell> {
        let whole = |n: i64| Cell::Number(n);
        vec![
            whole(i64::try_from(number).unwrap_or(i64::MAX)),
            code.into(),
            Cell::Text(self.outline.year.to_string()),
            self.outline.department(entry.meta.department).into(),
            self.retention(entry).into(),
            self.series(entry).into(),
            entry.meta.title.as_str().into(),
            entry.meta.responsible.as_str().into(),
            entry.meta.date.map_or(Cell::Empty, Cell::Date),
            ending(&entry.path).into(),
            whole(i64::try_from(entry.size).unwrap_or(i64::MAX)),
            entry.path.as_str().into(),
            entry.meta.note.as_str().into(),
        ]
    }

    /// The metadata: names follow GB/T 18894 and DA/T 46 in English, one object a file.
    pub(super) fn metadata(&self) -> Result<Vec<u8>> {
        let outline = self.outline;
        let mut files = Vec::new();
        for item in &self.items {
            for entry in &item.files {
                let kept = entry.meta.series.map(|s| outline.plan.retention(s));
                files.push(json!({
                    "archival_code": item.code, "year": outline.year,
                    "retention_period": self.retention(entry), "retention_code": kept.map(|k| k.code()),
                    "organizational_structure": outline.department(entry.meta.department),
                    "series": entry.meta.series, "title": entry.meta.title, "author": entry.meta.responsible,
                    "date": entry.meta.date, "format": ending(&entry.path), "computer_file_name": entry.path,
                    "computer_file_size": entry.size, "sha256": entry.sha256, "sm3": entry.sm3,
                    "annotation": entry.meta.note,
                }));
            }
        }
        let campaign = &outline.campaign;
        let keys: Vec<_> = self
            .keys
            .iter()
            .map(|(a, id)| json!({ "algorithm": a, "id": id }))
            .collect();
        let all = json!({
            "format": FORMAT, "program": env!("CARGO_PKG_VERSION"), "language": self.lang.code(),
            "made_on": outline.today, "fonds_code": outline.plan.fonds,
            "fonds_constituting_unit_name": outline.house, "organization": outline.organization,
            "archival_category": outline.plan.category, "year": outline.year,
            "campaign": { "id": campaign.id, "title": campaign.title, "state": campaign.state.name(),
                "started_at": campaign.started_at, "closed_at": campaign.closed_at },
            "security_classification": self.t("package.classification"),
            "digital_signature": { "lists": [super::SHA256SUMS, super::SM3SUMS], "keys": keys },
            "chains": outline.anchor, "items": self.items.len(), "files": files,
        });
        let mut bytes = serde_json::to_vec_pretty(&all).map_err(Error::bug)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The page that opens without a server.
    pub(super) fn index(&self) -> String {
        let (title, t) = (esc(&self.title()), |key| esc(self.t(key)));
        let running = match self.outline.campaign.state {
            CampaignState::Closed => String::new(),
            _ => format!("<p class=\"box\">{}</p>", t("package.as_of")),
        };
        let written = self.written();
        let args: [(&str, &dyn std::fmt::Display); 2] = [("n", &written.items), ("m", &written.files)];
        let counts = esc(&lang::fill(self.lang, "package.counts", &args));
        let keys: String = self
            .keys
            .iter()
            .map(|(a, id)| format!("<li>{} <code>{}</code></li>", esc(&a.to_uppercase()), esc(id)))
            .collect();
        let commands: String = self.keys.iter().map(|(a, _)| command(a)).collect();
        format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head>\n\
             <body><header><div><h1>{title}</h1><p>{}</p></div></header><main>{running}<p>{counts}</p>\
             <p><a href=\"{CATALOGUE}\">{}</a> <a href=\"{METADATA}\">{}</a></p>\n\
             <p class=\"box\">{}</p>\n<h2>{}</h2>\n{}\n\
             <h2>{}</h2><p>{}</p><p>{}</p><h3>{}</h3><ul>{keys}</ul><p class=\"meta\">{}</p>\
             <p>{}</p><pre>{commands}</pre></main></body></html>\n",
            self.lang.code(),
            esc(&self.made()),
            t("package.open_catalogue"),
            t("package.open_metadata"),
            t("package.personal"),
            t("package.contents"),
            self.departments(),
            t("package.how_title"),
            t("package.how_sums"),
            t("package.how_verify"),
            t("package.keys"),
            t("package.keys_hint"),
            t("package.how_openssl"),
        )
    }

    fn departments(&self) -> String {
        let mut out = String::new();
        for group in self.items.chunk_by(|a, b| department(a) == department(b)) {
            let at = group.first().map_or(0, department);
            let n = lang::fill(self.lang, "package.pieces", &[("n", &group.len())]);
            // The house's own papers are few and looked for first.
            let open = if at == 0 { " open" } else { "" };
            out.push_str(&format!(
                "<details{open}><summary>{} <span class=\"meta\">{}</span></summary>",
                esc(self.outline.department(at)),
                esc(&n)
            ));
            let sort = |i: &Item<'a>| i.files.first().and_then(|f| f.meta.series);
            for series in group.chunk_by(|a, b| sort(a) == sort(b)) {
                let Some(first) = series.first().and_then(|i| i.files.first()) else {
                    continue;
                };
                let (name, kept) = (esc(self.series(first)), esc(self.retention(first)));
                out.push_str(&format!("<h3>{name} <span class=\"meta\">{kept}</span></h3><ul>"));
                series.iter().for_each(|item| self.item(item, &mut out));
                out.push_str("</ul>");
            }
            out.push_str("</details>\n");
        }
        out
    }

    fn item(&self, item: &Item<'a>, out: &mut String) {
        let Some(first) = item.files.first() else {
            return;
        };
        let title = esc(&first.meta.title);
        out.push_str(&format!(
            "<li>{title} <span class=\"meta\">{}</span><br>",
            esc(&item.code)
        ));
        for file in &item.files {
            let kind = ending(&file.path).to_uppercase();
            // A form and the scan of the one stamped on paper may both be PDF.
            let name = match file.path.contains(SCAN) {
                true => esc(&lang::fill(self.lang, "package.scan", &[("kind", &kind)])),
                false => esc(&kind),
            };
            out.push_str(&format!(
                "<a href=\"{}\" aria-label=\"{title} {name}\">{name}</a>",
                href(&file.path)
            ));
        }
        if !first.meta.note.is_empty() {
            out.push_str(&format!("<span class=\"meta\">{}</span>", esc(&first.meta.note)));
        }
        out.push_str("</li>");
    }
}

fn department(item: &Item<'_>) -> usize {
    item.files.first().map_or(0, |f| f.meta.department)
}

fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// What OpenSSL 3 is told, in the folder of the package.
fn command(algorithm: &str) -> String {
    let (list, key) = (super::SHA256SUMS, super::key_file(algorithm));
    let signature = super::signature_of(list, algorithm);
    match algorithm {
        "sm2" => format!(
            "openssl dgst -sm3 -verify {key} -sigopt distid:{} -signature {signature} {list}\n",
            crate::signer::USER_ID
        ),
        _ => format!("openssl pkeyutl -verify -pubin -inkey {key} -rawin -sigfile {signature} -in {list}\n"),
    }
}

fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

/// A path as a relative address.
fn href(path: &str) -> String {
    path.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' => out.push(char::from(b)),
            _ => out.push_str(&format!("%{b:02X}")),
        }
        out
    })
}

/// Whether a paper has characters no font has: a note on a paper says nothing else, tables have notes of their own.
fn has_boxes(file: &Entry) -> bool {
    let ending = file.meta.file.rsplit('.').next();
    matches!(ending, Some("pdf" | "ofd")) && !file.meta.note.is_empty()
}
