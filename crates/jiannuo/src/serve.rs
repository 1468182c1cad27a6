//! `jiannuo serve`: the server, its jobs and its orderly end.

use crate::exit::{Exit, text};
use crate::open;
use app::{App, Clock};
use clap::ArgMatches;
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
    let config = open::config(m)?;
    let db = open::database(&config).await?;
    let known = open::organization(&db).await?;
    let app = App::new(db, Clock::System, config, known.as_deref().unwrap_or("main"));
    let listener = bind(&app.config().listen).await?;
    let address = listener.local_addr()?;
    if let Some(link) = app::setup::prepare(&app).await? {
        println!(
            "{} {}\n  {}",
            text("cli.set_up"),
            link.address,
            link.file.display()
        );
    }
    println!("{} http://{address}", text("cli.listening"));
    on(app, listener).await
}

/// Takes the address.
///
/// # Errors
/// An address that is taken or makes no sense.
pub async fn bind(address: &str) -> Result<TcpListener, Exit> {
    TcpListener::bind(address)
        .await
        .map_err(|e| Exit::failed(&format!("{address}: {e}")))
}

/// Serves an app on a listener, with its jobs, until told to stop.
///
/// # Errors
/// Whatever the sockets report.
pub async fn on(app: App, listener: TcpListener) -> Result<(), Exit> {
    let jobs = tokio::spawn(jobs(app.clone()));
    let service = web::router(app.clone());
    let (order, mut ordered) = tokio::sync::watch::channel(false);
    let server = axum::serve(
        listener,
        service.into_make_service_with_connect_info::<std::net::SocketAddr>(),
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
    app::sequencer::chain_audit(&app).await?;
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
