//! Breadcrumbs, in one place: the layouts carry the way down to a page, and the page's own title ends it. What a page
//! knows better of the way (the campaign above its editor, the round above its ballots) is taken over from it.

use lang::Lang;

/// How the layouts begin theirs.
const OPEN: &str = "<nav class=\"crumb noprint\" data-trail";
/// Where the title goes.
const HERE: &str = "<span aria-current=\"page\"></span>";
const STEP: &str = " › ";

/// Ends the way with the title of the page, and sets in what the page itself says of it.
pub(crate) fn placed(text: String) -> String {
    let Some((before, nav, behind)) = cut(&text, OPEN, "</nav>") else {
        return text;
    };
    let here = HERE.replace("></", &format!(">{}</", title(&text)));
    let own = ["nav", "p"].iter().find_map(|tag| own_of(behind, tag));
    let nav = match &own {
        // It begins at the first page itself.
        Some((_, inner, _)) if inner.contains("href=\"/\"") => String::new(),
        Some((_, inner, _)) => {
            let root = nav.split(STEP).next().unwrap_or(nav);
            let end = if inner.contains("aria-current") {
                String::new()
            } else {
                format!("{STEP}{here}")
            };
            format!("{root}{STEP}{}{end}</nav>", inner.trim())
        }
        None => nav.replace(HERE, &here),
    };
    match own {
        Some((head, inner, rest)) if !inner.contains("href=\"/\"") => format!("{before}{nav}{head}{rest}"),
        _ => format!("{before}{nav}{behind}"),
    }
}

/// What stands before a piece, the piece, and what stands behind it.
fn cut<'a>(text: &'a str, from: &str, to: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let at = text.find(from)?;
    let end = at + text.get(at..)?.find(to)? + to.len();
    Some((text.get(..at)?, text.get(at..end)?, text.get(end..)?))
}

/// The page's own crumbs: what stands before them, their links, and what stands behind.
fn own_of<'a>(text: &'a str, tag: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let close = format!("</{tag}>");
    ["\"", " noprint\""].iter().find_map(|end| {
        let (before, own, behind) = cut(text, &format!("<{tag} class=\"crumb{end}"), &close)?;
        let inner = own.split_once('>')?.1.strip_suffix(&close)?;
        Some((before, inner, behind))
    })
}

/// The title of a page without the house's name, and without the word that something has to be mended.
fn title(text: &str) -> &str {
    let whole = cut(text, "<title>", "</title>").map_or("", |(_, t, _)| t);
    let whole = whole.trim_start_matches("<title>").trim_end_matches("</title>");
    let mut plain = whole.rsplit_once(" - ").map_or(whole, |(title, _)| title);
    for lang in Lang::ALL {
        plain = plain.trim_start_matches(lang::text(lang, "ui.error"));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::placed;

    const NAV: &str = "<nav class=\"crumb noprint\" data-trail><a href=\"/work\">W</a> › <a href=\"/a\">A</a> › \
                       <span aria-current=\"page\"></span></nav>";

    fn page(main: &str) -> String {
        placed(format!("<title>T - House</title>{NAV}<main>{main}</main>"))
    }

    #[test]
    fn the_title_ends_the_way() {
        assert!(
            page("x").contains("<a href=\"/a\">A</a> › <span aria-current=\"page\">T</span></nav><main>x")
        );
        assert_eq!(placed("nothing".to_owned()), "nothing");
    }

    #[test]
    fn what_the_page_knows_of_the_way_is_taken_over() {
        let deep = page(
            "<nav class=\"crumb\" aria-label=\"x\"><a href=\"/a\">A</a> › <a href=\"/a/1\">One</a></nav>y",
        );
        assert!(deep.contains(
            "W</a> › <a href=\"/a\">A</a> › <a href=\"/a/1\">One</a> › <span aria-current=\"page\">T"
        ));
        assert!(deep.ends_with("<main>y</main>"), "{deep}");
        assert_eq!(deep.matches("class=\"crumb").count(), 1);
        let short = page("<p class=\"crumb\"><a href=\"/a/1\">One</a></p>y");
        assert!(
            short.contains("W</a> › <a href=\"/a/1\">One</a> › <span") && short.ends_with("<main>y</main>")
        );
        let whole = page("<nav class=\"crumb noprint\"><a href=\"/\">Home</a> › <span>H</span></nav>");
        assert!(!whole.contains("data-trail") && whole.contains("Home"));
    }
}
