//! `jiannuo serve`: the server, its jobs and its orderly end.

use crate::exit::{Exit, fill, reason, text};
use crate::{open, upgrade};
use app::{App, Clock, Config};
use clap::ArgMatches;
use domain::access::Actor;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How long requests under way may take after the order to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until told to stop.
///
/// # Errors
/// A database or address that cannot be used.
pub async fn run(m: &ArgMatches) -> Result<(), Exit> {
    let mut config = open::config(m)?;
    let mut held = open::claim(&config.data)?;
    add_fonts(&config)?;
    let before = match m.get_flag("upgrade-without-backup") {
        true => upgrade::Before::Nothing,
        false => upgrade::Before::BackUp,
    };
    let db = open::database_with(&config, before).await?;
    let known = open::organization(&db).await?;
    let listener = bind(&config.listen).await?;
    let address = listener.local_addr()?;
    config.listen = reachable(address).to_string();
    held.note(&config.base_url());
    let app = App::new(db, Clock::System, config, known.as_deref().unwrap_or("main"));
    if let Some(link) = app::setup::prepare(&app).await? {
        println!("{}\n  {}", text("cli.set_up"), link.address);
        if std::io::stdout().is_terminal()
            && let Ok(code) = qrcode::QrCode::new(&link.address)
        {
            println!("{}", code.render::<qrcode::render::unicode::Dense1x2>().build());
        }
        println!("  {}", link.file.display());
    }
    println!("{} http://{address}", text("cli.listening"));
    if let Some(behind) = crate::doctor::behind(&app).await {
        eprintln!("{behind}");
    }
    on(app, listener).await
}

/// The address to write into links for somebody at another desk: `0.0.0.0` opens nowhere.
fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    // Connecting a datagram socket sends nothing; it makes the system choose the address others see.
    let own = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    let ip = own.map_or(std::net::Ipv4Addr::LOCALHOST.into(), |own| own.ip());
    SocketAddr::new(ip, address.port())
}

/// Adds the operator's own fonts before the first document is made.
///
/// # Errors
/// A file that is no font.
pub fn add_fonts(config: &Config) -> Result<Vec<String>, Exit> {
    let Some(folder) = &config.fonts_dir else {
        return Ok(Vec::new());
    };
    let inside = std::fs::read_dir(folder).map_err(|why| open::file_unusable(folder, &why))?;
    let mut paths: Vec<_> = inside.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| {
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        ending.is_some_and(|e| ["ttf", "otf", "ttc", "otc"].contains(&e.as_str()))
    });
    paths.sort();
    let files: Result<Vec<_>, _> = paths.iter().map(|path| open::read(path)).collect();
    documents::fonts::add(files?).map_err(|why| match &why {
        documents::DocumentError::Font { files } => {
            let broken = files.iter().filter_map(|at| paths.get(*at));
            let names: Vec<String> = broken.map(|path| path.display().to_string()).collect();
            let names = names.join(text("cli.list_comma"));
            Exit::failed(&fill("cli.font_broken", &[("files", &names)]))
        }
        _ => open::file_unusable(folder, &text(why.key())),
    })
}

/// Takes the address.
///
/// # Errors
/// An address that is taken or makes no sense.
pub async fn bind(address: &str) -> Result<TcpListener, Exit> {
    TcpListener::bind(address).await.map_err(|why| {
        Exit::failed(&fill(
            "cli.address_taken",
            &[("address", &address), ("why", &reason(&why))],
        ))
    })
}

/// Serves an app on a listener, with its jobs, until told to stop.
///
/// # Errors
/// Whatever the sockets report.
pub async fn on(app: App, listener: TcpListener) -> Result<(), Exit> {
    let jobs = tokio::spawn(jobs(app.clone()));
    // The index of texts is made before anybody asks; who asks meanwhile is answered from what is there.
    let reading = app.clone();
    tokio::spawn(async move {
        let read = reading.query(&Actor::machine(), app::texts::WarmTexts).await;
        match read {
            Ok(texts) => tracing::debug!(texts, "the index of texts is read in"),
            Err(error) => tracing::warn!(%error, "the index of texts waits for the first question"),
        }
    });
    let service = web::router(app.clone());
    let (order, mut ordered) = tokio::sync::watch::channel(false);
    let server = axum::serve(
        listener,
        service.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(async move {
        stop().await;
        let _ = order.send(true);
    });
    let server = tokio::spawn(async move { server.await });
    let _ = ordered.wait_for(|asked| *asked).await;
    // Requests under way are answered whole; a second order or the end of the grace time ends them.
    tokio::select! {
        ended = server => drop(ended),
        () = tokio::time::sleep(GRACE) => {}
        () = stop() => {}
    }
    jobs.abort();
    // What was acknowledged is safe without the two steps below; they only leave the data tidy.
    if let Err(error) = app::sequencer::chain_audit(&app).await {
        tracing::warn!(%error, "entries wait for the next start to be chained");
    }
    if let Err(error) = app.db().settle().await {
        tracing::info!(%error, "the log of the database was left as it is");
    }
    Ok(())
}

async fn stop() {
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}

/// What is done beside requests, every few seconds.
async fn jobs(app: App) {
    let mut round: u64 = 0;
    loop {
        if let Err(error) = app::sequencer::chain_audit(&app).await {
            tracing::warn!(%error, "the sequencer could not go on");
        }
        // Whoever else works on this database: the command line, another server.
        if let Err(error) = app::changes::look(&app).await {
            tracing::warn!(%error, "what others changed could not be looked up");
        }
        if round.is_multiple_of(1800)
            && let Err(error) = app::changes::forget(&app).await
        {
            tracing::warn!(%error, "old changes could not be dropped");
        }
        // Orders run late by the day: once in a quarter of an hour is soon enough.
        if round.is_multiple_of(450)
            && let Err(error) = app::rectification::escalate(&app).await
        {
            tracing::warn!(%error, "late orders could not be taken a level up");
        }
        round += 1;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// Asks a running server whether it lives: for containers and service managers.
///
/// # Errors
/// No answer, or another than 200.
pub async fn healthcheck(m: &ArgMatches) -> Result<(), Exit> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let url = m.get_one::<String>("url").map(String::as_str).unwrap_or_default();
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (host, path) = rest.split_once('/').unwrap_or((rest, "healthz"));
    let ask = async {
        let mut socket = tokio::net::TcpStream::connect(host).await?;
        let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await?;
        let mut head = [0; 12];
        socket.read_exact(&mut head).await?;
        std::io::Result::Ok(head)
    };
    match tokio::time::timeout(Duration::from_secs(5), ask).await {
        Ok(Ok(head)) if head.ends_with(b"200") => Ok(()),
        _ => Err(Exit::failed(&text("cli.unhealthy"))),
    }
}
