//! HTML to paste: complete, without script, class or link.

use super::*;

#[test]
fn a_form_is_one_table_and_nothing_runs() {
    for (what, document) in each() {
        let html = String::from_utf8(document.write(Format::Html).expect(what)).expect("text");
        for tag in ["<script", "<style", " class=", "<img", "href=", " on"] {
            let body = html.split("<body").nth(1).expect("a body");
            let tags = body.split('<').filter_map(|t| t.split('>').next());
            let tags: String = tags.map(|t| format!("<{t}>")).collect();
            assert!(!tags.contains(tag), "{what}: {tag}");
        }
        for tag in ["table", "tr", "td", "th", "ol", "li", "p", "div", "h1"] {
            let open = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
            assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "{what}: {tag}");
        }
    }
    let s = sample();
    let html = paper::annex1(std::slice::from_ref(&s.branch), &s.form_text, day()).write(Format::Html);
    let html = String::from_utf8(html.expect("a file")).expect("text");
    in_order(
        &squeeze(&html),
        &[
            "附件1",
            "党支部承诺书",
            "184人次",
            "支部大会通过",
            "姜𬭎",
            "核验码：3F8D-61KT",
        ],
    );
}

#[test]
fn what_is_typed_stays_text() {
    let html = paper::annex2(&[hostile(5_000)], &sample().form_text, day())
        .write(Format::Html)
        .expect("a file");
    let html = String::from_utf8(html).expect("text");
    assert!(html.contains("王䶮 &amp; &lt;b&gt;马㛃雅&lt;/b&gt;"));
    assert_eq!(html.matches('长').count(), 5_000);
}
