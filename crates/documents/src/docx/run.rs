//! The smallest pieces of a Word file.

use crate::xml::escape;

/// Text as runs; line ends stay line ends.
pub(super) fn runs(text: &str) -> String {
    styled(text, "")
}

/// Text with properties of its own, for example a face.
pub(super) fn styled(text: &str, properties: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let clean = escape(text);
    let mut out = String::with_capacity(clean.len() + 80);
    out.push_str("<w:r>");
    if !properties.is_empty() {
        out.push_str("<w:rPr>");
        out.push_str(properties);
        out.push_str("</w:rPr>");
    }
    for (at, line) in clean.split('\n').enumerate() {
        if at > 0 {
            out.push_str("<w:br/>");
        }
        if !line.is_empty() {
            out.push_str("<w:t xml:space=\"preserve\">");
            out.push_str(line);
            out.push_str("</w:t>");
        }
    }
    out.push_str("</w:r>");
    out
}

/// A number Word fills in.
pub(super) fn field(name: &str) -> String {
    format!("<w:fldSimple w:instr=\" {name} \"><w:r><w:t>1</w:t></w:r></w:fldSimple>")
}
