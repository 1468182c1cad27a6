//! A document as HTML to paste into another site's editor: styles in place, no class, no script. Pictures of
//! seals and signatures drawn by hand lie in the text itself, so that nothing has to be fetched.

use std::fmt::Write as _;

use domain::pledge::{PAD_HIGH, PAD_WIDE};

use crate::paper::{
    Block, Cell, Content, DRAWN, Decision, Document, Figures, Grid, Imprint, Layout, Part, Promises,
};
use crate::xml::{base64, escape};

const BODY: &str = "font-family:FangSong_GB2312,FangSong,STFangsong,'Noto Serif SC',SimSun,serif";
const HEI: &str = "font-family:SimHei,STHeiti,'Noto Sans SC',sans-serif;font-weight:normal";
const KAI: &str = "font-family:KaiTi_GB2312,KaiTi,STKaiti,'Noto Serif SC',serif;font-weight:normal";
const TITLE: &str = "font-family:FZXiaoBiaoSong-B05S,STZhongsong,'Noto Serif SC',SimSun,serif;font-weight:bold;text-align:center";
const BOX: &str = "border:1px solid #000;padding:6px";

/// A file that shows the document by itself.
pub(crate) fn write(document: &Document) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n<body style=\"margin:24px auto;max-width:800px\">\n{}</body>\n</html>\n",
        escape(&document.language),
        escape(&document.title),
        fragment(document)
    )
}

/// What is pasted: one `div` for each part.
pub fn fragment(document: &Document) -> String {
    let mut out = String::new();
    let size = if document.layout == Layout::Official {
        18
    } else {
        16
    };
    for part in &document.parts {
        let _ = writeln!(
            out,
            "<div lang=\"{}\" style=\"{BODY};font-size:{size}px;line-height:1.7;color:#000;margin:0 0 40px\">",
            escape(&document.language)
        );
        for block in &part.blocks {
            put(&mut out, block);
        }
        foot(&mut out, part);
        out.push_str("</div>\n");
    }
    out
}

/// Text with its line ends.
fn lines(text: &str) -> String {
    escape(text).replace('\n', "<br>")
}

fn element(out: &mut String, tag: &str, style: &str, text: &str) {
    let _ = writeln!(out, "<{tag} style=\"{style}\">{}</{tag}>", lines(text));
}

fn put(out: &mut String, block: &Block) {
    match block {
        Block::Annex { text } => element(out, "p", &format!("{HEI};margin:0"), text),
        Block::Mark { text } => element(
            out,
            "p",
            &format!("{TITLE};color:#b5121b;font-size:34px;margin:16px 0"),
            text,
        ),
        Block::Number { text } => element(
            out,
            "p",
            "text-align:center;margin:0 0 16px;padding:0 0 8px;border-bottom:2px solid #b5121b",
            text,
        ),
        Block::Issue { issuer, date } => {
            let _ = writeln!(
                out,
                "<table style=\"width:100%;margin:0 0 16px;border-collapse:collapse;border-bottom:2px solid #b5121b\"><tr>\
                 <td style=\"text-align:left;padding:0 0 8px\">{}</td>\
                 <td style=\"text-align:right;padding:0 0 8px\">{}</td></tr></table>",
                lines(issuer),
                lines(date)
            );
        }
        Block::Title { text } => element(
            out,
            "h1",
            &format!("{TITLE};font-size:26px;line-height:1.4;margin:16px 0"),
            text,
        ),
        Block::Remark { text } => element(out, "p", "margin:0 0 8px;color:#595959", text),
        Block::Addressee { text } => element(out, "p", "margin:0", text),
        Block::Heading { text } => heading(out, "h2", HEI, text),
        Block::Subheading { text } => heading(out, "h3", KAI, text),
        Block::Paragraph { text } => {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                element(out, "p", "margin:0;text-indent:2em;text-align:justify", line);
            }
        }
        Block::Table(figures) => table(out, figures),
        Block::Grid(grid) => form(out, grid),
        Block::Attachments { label, titles } => attachments(out, label, titles),
        Block::Signature { signer, date } => {
            let said = [signer, date].into_iter().filter(|text| !text.trim().is_empty());
            let said: Vec<String> = said.map(|text| lines(text)).collect();
            let _ = writeln!(
                out,
                "<p style=\"margin:2em 4em 0 0;text-align:right\">{}</p>",
                said.join("<br>")
            );
        }
        Block::Note { text } => element(out, "p", "margin:1em 0 0;text-indent:2em", text),
        Block::Imprint(imprint) => last_lines(out, imprint),
    }
}

fn heading(out: &mut String, tag: &str, face: &str, text: &str) {
    element(
        out,
        tag,
        &format!("{face};font-size:1em;margin:0;text-indent:2em"),
        text,
    );
}

fn last_lines(out: &mut String, imprint: &Imprint) {
    let line = "margin:0;padding:4px 1em;border-top:1px solid #000";
    if !imprint.copies.trim().is_empty() {
        element(out, "p", &format!("{line};margin-top:2em"), &imprint.copies);
    }
    let last = format!("{}\u{3000}{}", imprint.printer, imprint.printed_on);
    element(out, "p", &format!("{line};border-bottom:1px solid #000"), &last);
}

fn attachments(out: &mut String, label: &str, titles: &[String]) {
    element(out, "p", "margin:1em 0 0;text-indent:2em", label);
    for (at, title) in titles.iter().enumerate() {
        let text = match titles.len() {
            1 => title.clone(),
            _ => format!("{}. {title}", at + 1),
        };
        element(out, "p", "margin:0 0 0 4em", &text);
    }
}

fn table(out: &mut String, figures: &Figures) {
    if !figures.caption.trim().is_empty() {
        element(
            out,
            "p",
            &format!("{HEI};text-align:center;margin:8px 0 4px"),
            &figures.caption,
        );
    }
    out.push_str("<table style=\"border-collapse:collapse;width:100%;font-size:0.9em\">\n<thead><tr>");
    for head in &figures.head {
        let _ = write!(
            out,
            "<th scope=\"col\" style=\"{BOX};{HEI}\">{}</th>",
            lines(head)
        );
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &figures.rows {
        out.push_str("<tr>");
        for (cell, numeric) in row.iter().zip(&figures.numeric) {
            let side = if *numeric { "right" } else { "left" };
            let _ = write!(out, "<td style=\"{BOX};text-align:{side}\">{}</td>", lines(cell));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn form(out: &mut String, grid: &Grid) {
    out.push_str("<table style=\"border-collapse:collapse;width:100%;table-layout:fixed;border:2px solid #000\">\n<colgroup>");
    let all: f64 = grid.columns.iter().sum();
    for column in &grid.columns {
        let _ = write!(out, "<col style=\"width:{:.2}%\">", column / all * 100.0);
    }
    out.push_str("</colgroup>\n<tbody>\n");
    for row in &grid.rows {
        out.push_str("<tr>");
        for cell in row {
            field(out, cell);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn field(out: &mut String, cell: &Cell) {
    let span = match cell.span {
        0 | 1 => String::new(),
        span => format!(" colspan=\"{span}\""),
    };
    match &cell.content {
        Content::Label { text, .. } => {
            let style = format!("{BOX};{HEI};text-align:center");
            let _ = write!(
                out,
                "<th scope=\"row\"{span} style=\"{style}\">{}</th>",
                lines(text)
            );
        }
        Content::Value { text, left, .. } => {
            let side = if *left { "left" } else { "center" };
            let style = format!("{BOX};text-align:{side};word-break:break-word");
            let _ = write!(out, "<td{span} style=\"{style}\">{}</td>", lines(text));
        }
        Content::Seal { decision, blank } => {
            let said = decision
                .as_ref()
                .map_or_else(|| vec![blank.clone()], |made| made.lines());
            let above = decision.as_deref().map(pictured).unwrap_or_default();
            let said: Vec<String> = above
                .into_iter()
                .chain(said.iter().map(|text| lines(text)))
                .collect();
            let style = format!("{BOX};text-align:right;vertical-align:bottom;height:80px");
            let _ = write!(out, "<td{span} style=\"{style}\">{}</td>", said.join("<br>"));
        }
        Content::Promises(all) => {
            let style = format!("{BOX};vertical-align:top;word-break:break-word");
            let _ = writeln!(out, "<td{span} style=\"{style}\">");
            promises(out, all);
            out.push_str("</td>");
        }
    }
}

/// What stands above a decision: a signature drawn by hand, the picture of a seal with what it is.
fn pictured(made: &Decision) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(ink) = &made.drawn {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {PAD_WIDE} {PAD_HIGH}\"><path fill=\"none\" stroke=\"#000\" stroke-width=\"10\" stroke-linecap=\"round\" stroke-linejoin=\"round\" d=\"{}\"/></svg>",
            ink.path()
        );
        let (wide, high, _) = DRAWN;
        out.push(image("image/svg+xml", svg.as_bytes(), &made.name, (wide, high)));
    }
    if let Some(picture) = &made.picture {
        let kind = picture.kind().name();
        out.push(image(kind, &picture.bytes, &picture.alt, picture.size()));
        let label = lines(&picture.label);
        out.push(format!("<span style=\"font-size:9px\">{label}</span>"));
    }
    out
}

fn image(kind: &str, bytes: &[u8], alt: &str, (wide, high): (f64, f64)) -> String {
    format!(
        "<img src=\"data:{kind};base64,{}\" alt=\"{}\" style=\"width:{wide:.1}mm;height:{high:.1}mm\">",
        base64(bytes),
        escape(alt)
    )
}

fn promises(out: &mut String, all: &Promises) {
    if !all.heading.trim().is_empty() {
        element(
            out,
            "p",
            &format!("{HEI};text-align:center;margin:0 0 8px"),
            &all.heading,
        );
    }
    for group in &all.groups {
        element(out, "p", &format!("{HEI};margin:8px 0 4px"), &group.label);
        if group.items.is_empty() {
            out.push_str("<p style=\"margin:0 0 72px\">&nbsp;</p>\n");
            continue;
        }
        out.push_str("<ol style=\"margin:0 0 8px;padding:0 0 0 1.8em\">\n");
        for item in &group.items {
            let _ = write!(out, "<li style=\"margin:0 0 4px\">{}", lines(&item.text));
            let facts = item.facts.iter().map(|(label, words)| match label.as_str() {
                "" => lines(words),
                label => format!("<span style=\"{HEI}\">{}</span>{}", lines(label), lines(words)),
            });
            let facts: Vec<String> = facts.collect();
            if !facts.is_empty() {
                let _ = write!(
                    out,
                    "<br><span style=\"font-size:0.86em\">{}</span>",
                    facts.join("\u{3000}")
                );
            }
            out.push_str("</li>\n");
        }
        out.push_str("</ol>\n");
    }
}

fn foot(out: &mut String, part: &Part) {
    let f = &part.furniture;
    let said = [&f.left, &f.right]
        .into_iter()
        .filter(|text| !text.trim().is_empty());
    let said: Vec<String> = said.map(|text| lines(text)).collect();
    if !said.is_empty() {
        let _ = writeln!(
            out,
            "<p style=\"margin:8px 0 0;font-size:12px;color:#595959\">{}</p>",
            said.join("\u{3000}")
        );
    }
}
