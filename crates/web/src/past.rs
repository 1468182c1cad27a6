//! The links of a page that looks back at an ended campaign go on looking back.

/// How the layout names the campaign.
const MARK: &str = "<body data-campaign=\"";
/// The pages that show one campaign, whichever.
const PLACES: [&str; 16] = [
    "/board",
    "/progress",
    "/branches/",
    "/demands",
    "/draws",
    "/open-data",
    "/examples",
    "/inspection",
    "/workbench",
    "/survey",
    "/appraisal",
    "/publication",
    "/feedback-desk",
    "/reports",
    "/rectification",
    "/documents/generate",
];

/// Gives the campaign to every link and form of the page that leads to such a page.
pub(crate) fn kept(text: String) -> String {
    let Some((_, behind)) = text.split_once(MARK) else {
        return text;
    };
    let id = behind.split('"').next().unwrap_or_default().to_owned();
    let mut out = String::with_capacity(text.len() + 4_096);
    let mut rest = text.as_str();
    while let Some(at) = rest.find("=\"/") {
        let (before, link) = rest.split_at(at + 2);
        out.push_str(before);
        let end = link.find('"').unwrap_or(link.len());
        let (address, behind) = link.split_at(end);
        let leads = |place: &&str| address.starts_with(*place) && !address.contains("campaign=");
        match PLACES.iter().any(leads) {
            false => out.push_str(address),
            true if before.ends_with("action=\"") && posts(before, behind) => {
                out.push_str(&with(address, &id));
            }
            true if before.ends_with("action=\"") => {
                // A form that asks drops the query of its address: the campaign goes along as a field.
                let close = behind.find('>').map_or(0, |at| at + 1);
                out.push_str(address);
                out.push_str(&behind[..close]);
                out.push_str(&format!(
                    "<input type=\"hidden\" name=\"campaign\" value=\"{id}\">"
                ));
                rest = &behind[close..];
                continue;
            }
            true => out.push_str(&with(address, &id)),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Whether the form with this address, in the middle of its tag, sends something.
fn posts(before: &str, behind: &str) -> bool {
    let open = before.rfind('<').map_or("", |at| &before[at..]);
    let close = behind.find('>').map_or("", |at| &behind[..at]);
    open.contains("method=\"post\"") || close.contains("method=\"post\"")
}

fn with(address: &str, id: &str) -> String {
    let (path, place) = address
        .split_once('#')
        .map_or((address, String::new()), |(p, f)| (p, format!("#{f}")));
    let sign = if path.contains('?') { "&amp;" } else { "?" };
    format!("{path}{sign}campaign={id}{place}")
}

#[cfg(test)]
mod tests {
    use super::kept;

    #[test]
    fn links_of_a_campaign_go_on_looking_back_and_others_do_not() {
        let page = r##"<body data-campaign="0a"><a href="/board">a</a><a href="/board?unit=1&amp;q=x#top">b</a><a href="/">c</a><a href="/pledges/1">d</a><form class="x" action="/board" role="search"><a href="/draws?campaign=0b">e</a><form method="post" action="/survey/1">x</form>"##;
        let want = r##"<body data-campaign="0a"><a href="/board?campaign=0a">a</a><a href="/board?unit=1&amp;q=x&amp;campaign=0a#top">b</a><a href="/">c</a><a href="/pledges/1">d</a><form class="x" action="/board" role="search"><input type="hidden" name="campaign" value="0a"><a href="/draws?campaign=0b">e</a><form method="post" action="/survey/1?campaign=0a">x</form>"##;
        assert_eq!(kept(page.to_owned()), want);
        let now = page.replace(" data-campaign=\"0a\"", "");
        assert_eq!(kept(now.clone()), now);
    }
}
