//! Notices, numbered briefs and summaries as documents (N1, N19): 成文日期, 发布时间 and the date an original page
//! carried are three different things, and only the first and the third are typed by anybody.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::problem::{Problem, Problems};
use crate::text::{TextRule, check_text};

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 通知.
    Notice,
    /// 简报.
    Brief,
    /// 总结.
    Summary,
}

impl DocumentKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Notice, Self::Brief, Self::Summary];

    /// The identifier as stored and as i18n keys (`document_kind.…`) write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Brief => "brief",
            Self::Summary => "summary",
        }
    }

    /// The kind of this identifier.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// A document as it is being written. There is no publishing time in it, so nobody can type one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Title.
    pub title: String,
    /// Number of the document; may be empty.
    pub number: String,
    /// Who issues it.
    pub source: String,
    /// The body: one paragraph a line; `# ` and `## ` begin headings.
    pub body: String,
    /// 成文日期.
    pub dated_on: Option<Date>,
    /// The date the original page carried.
    pub original_published_on: Option<Date>,
}

impl Draft {
    /// Checks what was typed.
    ///
    /// # Errors
    /// What [`check_text`] finds on `title`, `number`, `source`, `body`.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::new();
        problems.note(check_text("title", &self.title, TextRule::line(120)));
        problems.note(check_text("number", &self.number, TextRule::line(60).optional()));
        problems.note(check_text("source", &self.source, TextRule::line(60).optional()));
        problems.note(check_text("body", &self.body, TextRule::area(30_000)));
        problems.or(())
    }
}

/// Stamps the time of publishing: now, and nothing else. A document is published once.
///
/// # Errors
/// `problem.notice.published` when it was published before, `problem.notice.dated_later` on `dated_on` when the
/// 成文日期 lies after today.
pub fn publish(
    published_at: Option<i64>,
    dated_on: Option<Date>,
    now: i64,
    today: Date,
) -> Result<i64, Problem> {
    if published_at.is_some() {
        return Err(Problem::conflict("problem.notice.published"));
    }
    if dated_on.is_some_and(|day| day > today) {
        return Err(Problem::invalid("problem.notice.dated_later").on("dated_on"));
    }
    Ok(now)
}

/// Whether a signature for a unit is the sender's instead of the unit's own. The sender signs only where nobody of the
/// unit can: otherwise the list of those who have not would mean nothing (N1).
///
/// # Errors
/// `problem.notice.unit_signs` when the unit has somebody of its own and it is another.
pub fn on_behalf(own: bool, unit_has_signer: bool) -> Result<bool, Problem> {
    match (own, unit_has_signer) {
        (true, _) => Ok(false),
        (false, false) => Ok(true),
        (false, true) => Err(Problem::forbidden("problem.notice.unit_signs")),
    }
}

/// A paragraph of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paragraph<'a> {
    /// To whom: the first line when it ends with a colon.
    Addressee(&'a str),
    /// First level.
    Heading(&'a str),
    /// Second level.
    Subheading(&'a str),
    /// Running text.
    Text(&'a str),
    /// Title of an attachment, without its figure; empty where the writer says that there is none.
    Attachment(&'a str),
}

/// The paragraphs of a body in order; blank lines are left out. A line that begins with the word for attachments and a
/// colon begins their list: one a line, each with its figure.
#[must_use]
pub fn paragraphs(body: &str) -> Vec<Paragraph<'_>> {
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    let (mut out, mut listing) = (Vec::new(), false);
    for (at, line) in lines.enumerate() {
        if let Some(first) = attachments(line) {
            listing = true;
            match first {
                "" => {}
                "\u{65E0}" | "none" => out.push(Paragraph::Attachment("")),
                title => out.push(Paragraph::Attachment(figured(title).unwrap_or(title))),
            }
            continue;
        }
        listing = listing && figured(line).is_some();
        out.push(match line.split_once(' ') {
            _ if listing => Paragraph::Attachment(figured(line).unwrap_or(line)),
            Some(("#", rest)) => Paragraph::Heading(rest.trim()),
            Some(("##" | "###", rest)) => Paragraph::Subheading(rest.trim()),
            _ if at == 0 && line.ends_with([':', '\u{FF1A}']) => Paragraph::Addressee(line),
            _ => Paragraph::Text(line),
        });
    }
    out
}

/// A document number with its year in the angled brackets of GB/T 9704-2012, 7.2.5, whichever were typed.
#[must_use]
pub fn year_brackets(number: &str) -> String {
    const PAIRS: [(char, char); 5] = [
        ('[', ']'),
        ('\u{FF3B}', '\u{FF3D}'),
        ('\u{3010}', '\u{3011}'),
        ('(', ')'),
        ('\u{FF08}', '\u{FF09}'),
    ];
    for (open, close) in PAIRS {
        let Some((before, rest)) = number.split_once(open) else {
            continue;
        };
        let Some((year, after)) = rest.split_once(close) else {
            continue;
        };
        let year = year.trim();
        if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) {
            return format!("{before}\u{3014}{year}\u{3015}{after}");
        }
    }
    number.to_owned()
}

/// What follows on a line that begins the list of attachments.
fn attachments(line: &str) -> Option<&str> {
    let rest = ["\u{9644}\u{4EF6}", "Attachments", "Attachment"]
        .iter()
        .find_map(|word| line.strip_prefix(word))?;
    rest.trim_start().strip_prefix([':', '\u{FF1A}']).map(str::trim)
}

/// What follows the figure of a list: `1.`, `1．`, `1、`.
fn figured(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == line.len() {
        return None;
    }
    let rest = rest.strip_prefix(['.', '\u{FF0E}', '\u{3001}'])?.trim();
    (!rest.is_empty()).then_some(rest)
}

/// A piece of a line: words, and the page of this site they lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The words.
    pub text: &'a str,
    /// A path of this site; `None` for plain words.
    pub href: Option<&'a str>,
}

/// The pieces of a line. `[words](/path)` leads to a page of this site; anything else stays as it was written.
#[must_use]
pub fn pieces(line: &str) -> Vec<Piece<'_>> {
    let (mut out, mut rest, mut from) = (Vec::new(), line, 0);
    while let Some(open) = rest
        .get(from..)
        .and_then(|tail| tail.find('['))
        .map(|at| at + from)
    {
        let Some((text, href, end)) = link_at(rest, open) else {
            from = open + 1;
            continue;
        };
        if let Some(before) = rest.get(..open).filter(|before| !before.is_empty()) {
            out.push(Piece {
                text: before,
                href: None,
            });
        }
        out.push(Piece {
            text,
            href: Some(href),
        });
        rest = rest.get(end..).unwrap_or("");
        from = 0;
    }
    if !rest.is_empty() {
        out.push(Piece {
            text: rest,
            href: None,
        });
    }
    out
}

/// The link whose bracket opens at `open`: its words, its path, where it ends.
fn link_at(line: &str, open: usize) -> Option<(&str, &str, usize)> {
    let inner = line.get(open + 1..)?;
    let middle = inner.find("](")?;
    let (text, after) = (inner.get(..middle)?, inner.get(middle + 2..)?);
    let close = after.find(')')?;
    let href = after.get(..close)?;
    let here = href.starts_with('/') && !href.starts_with("//") && !href.contains(['\\', ' ']);
    (here && !text.is_empty() && !text.contains('[')).then_some((
        text,
        href,
        open + 1 + middle + 2 + close + 1,
    ))
}

/// A line without its links, for paper.
#[must_use]
pub fn plain(line: &str) -> String {
    pieces(line).into_iter().map(|piece| piece.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sender_signs_only_where_nobody_else_can() {
        for (own, has, want) in [
            (true, true, Some(false)),
            (true, false, Some(false)),
            (false, false, Some(true)),
            (false, true, None),
        ] {
            assert_eq!(on_behalf(own, has).ok(), want, "{own} {has}");
        }
    }

    #[test]
    fn a_year_stands_in_angled_brackets_whichever_were_typed() {
        for (typed, wanted) in [
            ("妇幼党[2026]18号", "妇幼党〔2026〕18号"),
            ("妇幼党（ 2026 ）18号", "妇幼党〔2026〕18号"),
            ("妇幼党〔2026〕18号", "妇幼党〔2026〕18号"),
            ("第2期（增刊）", "第2期（增刊）"),
            ("[号]", "[号]"),
            ("", ""),
        ] {
            assert_eq!(year_brackets(typed), wanted);
        }
        assert_eq!(paragraphs("### 细"), vec![Paragraph::Subheading("细")]);
    }

    #[test]
    fn a_writer_lists_his_own_attachments_or_says_that_there_are_none() {
        use Paragraph::{Attachment, Text};
        for (body, wanted) in [
            ("甲", vec![Text("甲")]),
            ("甲\n附件：无", vec![Text("甲"), Attachment("")]),
            (
                "附件:1. 表一\n2．表二\n3、表三\n特此通知",
                vec![
                    Attachment("表一"),
                    Attachment("表二"),
                    Attachment("表三"),
                    Text("特此通知"),
                ],
            ),
            ("Attachments:\n1. One\n1.", vec![Attachment("One"), Text("1.")]),
            ("附件：统计表", vec![Attachment("统计表")]),
            (
                "附件见后\n1. 不是附件",
                vec![Text("附件见后"), Text("1. 不是附件")],
            ),
        ] {
            assert_eq!(paragraphs(body), wanted, "{body}");
        }
    }
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_document_is_published_once_and_now() {
        let today = date(2010, 9, 19);
        assert_eq!(publish(None, Some(date(2010, 9, 17)), 77, today), Ok(77));
        assert_eq!(publish(None, None, 77, today), Ok(77));
        let again = publish(Some(5), None, 77, today).expect_err("published before");
        assert_eq!(again.key, "problem.notice.published");
        let early = publish(None, Some(date(2010, 9, 20)), 77, today).expect_err("dated later");
        assert_eq!(early.field.as_deref(), Some("dated_on"));
    }

    #[test]
    fn links_lead_only_into_this_site() {
        let link = |text, href| Piece {
            text,
            href: Some(href),
        };
        let words = |text| Piece { text, href: None };
        assert_eq!(
            pieces("兑现 [8/12（66.7%）](/board?state=kept)，逾期 [3](/board?state=overdue)"),
            [
                words("兑现 "),
                link("8/12（66.7%）", "/board?state=kept"),
                words("，逾期 "),
                link("3", "/board?state=overdue"),
            ]
        );
        for text in [
            "鄂创先发[2011]22号",
            "[甲](https://example.org/)",
            "[甲](//example.org/)",
            "[甲](/\\example.org)",
            "[](/board)",
            "[甲](/board",
            "[",
        ] {
            assert_eq!(pieces(text), [words(text)], "{text}");
        }
        assert_eq!(plain("[2011]年 [3 项](/board) 。"), "[2011]年 3 项 。");
    }

    proptest! {
        #[test]
        fn any_line_falls_into_pieces(line in "[\\[\\]()/a承 ]{0,24}") {
            let pieces = pieces(&line);
            if pieces.iter().all(|piece| piece.href.is_none()) {
                prop_assert_eq!(plain(&line), line);
            }
        }
    }

    #[test]
    fn bodies_read_as_they_are_written() {
        let body = "各党支部:\n\n# 一、范围对象\n## (一)党支部\n全院各党支部:都应参加。\n#没有空格";
        assert_eq!(
            paragraphs(body),
            [
                Paragraph::Addressee("各党支部:"),
                Paragraph::Heading("一、范围对象"),
                Paragraph::Subheading("(一)党支部"),
                Paragraph::Text("全院各党支部:都应参加。"),
                Paragraph::Text("#没有空格"),
            ]
        );
    }

    #[test]
    fn what_is_typed_is_checked() {
        let empty = Draft::default().check().expect_err("nothing typed");
        let fields: Vec<_> = empty.0.iter().filter_map(|p| p.field.as_deref()).collect();
        assert_eq!(fields, ["title", "body"]);
    }

    proptest! {
        #[test]
        fn never_back_dated(now in any::<i64>(), dated in -9000i32..9000) {
            let today = date(2010, 9, 19);
            let day = crate::time::add_days(today, dated);
            match publish(None, Some(day), now, today) {
                Ok(stamp) => prop_assert!(stamp == now && day <= today),
                Err(_) => prop_assert!(day > today),
            }
        }
    }
}
