//! `jiannuo advise`: the text advice on a file of promises. It touches no database.

use crate::exit::{Exit, lang};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use documents::items::{TextItem, read_items};
use domain::advice::{Advice, Class, Context, Remark, Rules, advise_in};
use lang::{Lang, fill, text};
use serde_json::json;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The command and its manual, in a language.
pub fn command(lang: Lang) -> Command {
    let path = |name: &'static str| Arg::new(name).value_parser(value_parser!(PathBuf));
    let word = |name: &'static str, shown: &'static str| Arg::new(name).long(name).value_name(shown);
    Command::new("advise")
        .about(text(lang, "command.advise"))
        .long_about(text(lang, "manual.advise").trim_end())
        .after_long_help(text(lang, "cli.exit_codes"))
        .arg(
            path("file")
                .value_name("FILE")
                .required(true)
                .help(text(lang, "advise.file")),
        )
        .arg(word("column", "NAME").help(text(lang, "advise.column")))
        .arg(word("post", "GROUP").help(text(lang, "advise.post")))
        .arg(
            path("rules")
                .long("rules")
                .value_name("FILE")
                .help(text(lang, "advise.rules")),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .action(ArgAction::SetTrue)
                .help(text(lang, "advise.json")),
        )
}

fn read(file: &Path) -> Result<Vec<u8>, Exit> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    bytes.map_err(|why| {
        let file = file.display();
        let words = fill(lang(), "advise.unreadable", &[("file", &file), ("why", &why)]);
        Exit::failed(&words)
    })
}

/// Reads the file and says what the advice is.
///
/// # Errors
/// A file that cannot be read or has no such column; rules that are none.
pub fn run(m: &ArgMatches) -> Result<(), Exit> {
    let file = m.get_one::<PathBuf>("file").ok_or_else(Exit::usage)?;
    let own = m
        .get_one::<PathBuf>("rules")
        .map(|path| rules(path))
        .transpose()?;
    let column = m.get_one::<String>("column").map_or("", String::as_str);
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned());
    let items = read_items(&read(file)?, &name.unwrap_or_default(), column).map_err(|e| {
        let mut args: Vec<(&str, &dyn std::fmt::Display)> = Vec::new();
        args.extend(e.args.iter().map(|(n, v)| (*n, v as &dyn std::fmt::Display)));
        Exit::failed(&format!("{}: {}", file.display(), fill(lang(), e.key, &args)))
    })?;
    let context = Context {
        rules: own.as_ref().unwrap_or_else(|| Rules::shipped()),
        post: m.get_one::<String>("post").map_or("", String::as_str),
        known: &[],
        due: None,
    };
    let posts = context.rules.posts();
    if !context.post.is_empty() && !posts.contains(&context.post) {
        let (post, posts) = (context.post, posts.join(", "));
        let words = fill(
            lang(),
            "advise.post_unknown",
            &[("post", &post), ("posts", &posts)],
        );
        return Err(Exit::failed(&words));
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let told = if m.get_flag("json") {
        tell_json(&mut out, &items, &context)
    } else {
        tell(&mut out, &items, &context)
    };
    match told.and_then(|()| out.flush()) {
        // Somebody reads only the first lines.
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
    }
}

fn rules(path: &Path) -> Result<Rules, Exit> {
    let fault = |why: &dyn std::fmt::Display| {
        let file = path.display();
        let words = fill(
            lang(),
            "advise.rules_unreadable",
            &[("file", &file), ("why", why)],
        );
        Exit::failed(&words)
    };
    let written = std::fs::read_to_string(path).map_err(|e| fault(&e))?;
    Rules::read(&written).map_err(|e| fault(&e))
}

/// The quoted words.
fn quote<'a>(item: &'a TextItem, remark: &Remark) -> &'a str {
    item.text.get(remark.quote.clone()).unwrap_or_default()
}

fn says(item: &TextItem, remark: &Remark) -> String {
    fill(lang(), remark.kind.key(), &[("quote", &quote(item, remark))])
}

fn tell_json(out: &mut impl Write, items: &[TextItem], context: &Context<'_>) -> std::io::Result<()> {
    for item in items {
        let advice: Advice = advise_in(&item.text, context);
        let remarks: Vec<_> = advice
            .remarks
            .iter()
            .map(|r| {
                json!({
                    "kind": r.kind.name(),
                    "quote": quote(item, r),
                    "says": says(item, r),
                    "clause": r.kind.clause(),
                    "way": text(lang(), r.kind.way_key()),
                })
            })
            .collect();
        let told = json!({
            "line": item.line,
            "class": advice.class.name(),
            "remarks": remarks,
            "rules": advice.version,
        });
        writeln!(out, "{told}")?;
    }
    Ok(())
}

fn class_key(class: Class) -> &'static str {
    match class {
        Class::Specific => "advice.class_specific",
        Class::Vague => "advice.class_vague",
        Class::Boilerplate => "advice.class_boilerplate",
    }
}

fn tell(out: &mut impl Write, items: &[TextItem], context: &Context<'_>) -> std::io::Result<()> {
    let mut counts = [0_usize; 3];
    for item in items {
        let advice = advise_in(&item.text, context);
        let at = match advice.class {
            Class::Specific => 0,
            Class::Vague => 1,
            Class::Boilerplate => 2,
        };
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
        writeln!(
            out,
            "{}\t{}\t{}",
            item.line,
            text(lang(), class_key(advice.class)),
            item.text
        )?;
        for remark in &advice.remarks {
            let way = text(lang(), remark.kind.way_key());
            writeln!(out, "\t{} {way}", says(item, remark))?;
        }
    }
    let [specific, vague, boilerplate] = counts;
    let version = context.rules.version();
    let told = fill(
        lang(),
        "advise.counts",
        &[
            ("all", &items.len()),
            ("specific", &specific),
            ("vague", &vague),
            ("boilerplate", &boilerplate),
            ("rules", &version),
        ],
    );
    writeln!(out, "{told}")
}
