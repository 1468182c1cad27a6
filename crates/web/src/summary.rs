//! The error summary names its fields: several that were left empty would else read all alike.

use lang::Lang;

/// What the summary begins with (`form.html`).
const HEAD: &str = "id=\"errors\"";
/// How a link to a field begins.
const LINK: &str = "<a href=\"#f-";

/// Puts the label of each field before the sentence about it, unless the sentence names it already.
pub(crate) fn with_names(page: String) -> String {
    let Some(start) = page.find(HEAD) else {
        return page;
    };
    let Some(end) = page
        .get(start..)
        .and_then(|rest| rest.find("</ul>"))
        .map(|at| start + at)
    else {
        return page;
    };
    let (Some(before), Some(list), Some(rest)) = (page.get(..start), page.get(start..end), page.get(end..))
    else {
        return page;
    };
    let colon = lang::text(spoken(before), "public.colon");
    let mut out = String::with_capacity(page.len() + 200);
    out.push_str(before);
    let mut parts = list.split(LINK);
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        out.push_str(LINK);
        let split = part.split_once("\">");
        let label = split.and_then(|(field, said)| label(rest, field).filter(|l| !said.contains(l.as_str())));
        match (split, label) {
            (Some((field, said)), Some(label)) => {
                for piece in [field, "\">", &label, colon, said] {
                    out.push_str(piece);
                }
            }
            _ => out.push_str(part),
        }
    }
    out.push_str(rest);
    out
}

/// The language of a page, as its first tag has it.
fn spoken(page: &str) -> Lang {
    let tag = page.split("lang=\"").nth(1).and_then(|t| t.split('"').next());
    tag.and_then(Lang::from_tag).unwrap_or_default()
}

/// The words of the label of a field, without what is marked inside them.
fn label(page: &str, field: &str) -> Option<String> {
    let inner = page.split(&format!("<label for=\"f-{field}\">")).nth(1)?;
    let inner = inner.split("</label>").next()?;
    let words = inner.split('<').next()?.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::with_names;

    fn page(lang: &str, said: &str) -> String {
        format!(
            "<html lang=\"{lang}\"><div id=\"errors\"><ul><li><a href=\"#f-name\">{said}</a></li>\
             <li><a href=\"#f-grade\">选一档</a></li><li>别处</li></ul></div>\
             <label for=\"f-name\">姓名 <span>选填</span></label><input id=\"f-name\">"
        )
    }

    #[test]
    fn the_field_is_named_once_in_the_language_of_the_page() {
        let told = with_names(page("zh-CN", "请填写这一项。"));
        assert!(
            told.contains("<a href=\"#f-name\">姓名：请填写这一项。</a>"),
            "{told}"
        );
        assert!(told.contains("<a href=\"#f-grade\">选一档</a>") && told.contains("<li>别处</li>"));
        assert!(with_names(page("en", "Fill in.")).contains("姓名: Fill in."));
        let named = page("zh-CN", "姓名要与名册一致。");
        assert_eq!(with_names(named.clone()), named);
        for odd in ["", "id=\"errors\"", "<a href=\"#f-x\">y</a></ul>"] {
            assert_eq!(with_names(odd.to_owned()), odd);
        }
    }
}
