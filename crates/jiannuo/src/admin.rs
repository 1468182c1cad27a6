//! `jiannuo admin slip`: the way back in when nobody is left who could open the door.

use crate::exit::{Exit, fill, lang, text};
use crate::open;
use app::account::RescueSlip;
use clap::ArgMatches;
use domain::access::Actor;
use serde_json::json;

/// Makes a one-time sign-in link and prints it.
///
/// # Errors
/// No such account, or a closed one.
pub async fn slip(m: &ArgMatches) -> Result<(), Exit> {
    let login = m.get_one::<String>("login").ok_or_else(Exit::usage)?.clone();
    let app = open::product(m).await?;
    let made = app.execute(&Actor::machine(), RescueSlip { login }).await?;
    // A server that runs chains the entry itself; one that does not would leave it waiting.
    app::sequencer::chain_audit(&app).await?;
    let config = app.config();
    let base = match config.public_url.is_empty() {
        true => open::running_at(&config.data).unwrap_or_else(|| config.base_url()),
        false => config.base_url(),
    };
    let link = format!("{base}/s/{}", made.code);
    let until = app.local(made.ends_at);
    if m.get_flag("json") {
        let roles: Vec<_> = made.roles.iter().map(|r| r.name()).collect();
        let told = json!({
            "login": made.account.login,
            "name": made.account.name,
            "roles": roles,
            "link": link,
            "code": made.code.to_string(),
            "good_until": until.to_string(),
        });
        println!("{told}");
        return Ok(());
    }
    let until = ::lang::date(lang(), until.date());
    let words: [(&str, &dyn std::fmt::Display); 3] = [
        ("name", &made.account.name),
        ("login", &made.account.login),
        ("date", &until),
    ];
    println!("{}\n  {link}", fill("cli.admin_slip", &words));
    let roles: Vec<_> = made
        .roles
        .iter()
        .map(|r| ::lang::text(lang(), &format!("role.{}", r.name())).to_owned())
        .collect();
    println!(
        "{}",
        fill(
            "cli.admin_roles",
            &[("roles", &roles.join(text("cli.list_comma")))]
        )
    );
    println!("{}", text("cli.admin_slip_note"));
    Ok(())
}
