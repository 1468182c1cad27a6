//! Many forms of members written at once, a file for each, while strangers read the board: what a processor second
//! gives, how much memory it takes, and how long the readers wait.

use super::{Figure, Server, answer, cpu_of, get, start};
use crate::exit::{Exit, text};
use crate::open;
use app::demo::{BulkForms, Plan, Step};
use app::{Clock, Config};
use domain::access::Actor;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::sync::watch;

/// How often the memory is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How often somebody asks for the board.
const ASK: Duration = Duration::from_millis(100);

/// Writes the forms by this same binary and measures it.
///
/// # Errors
/// A server or a command that does not do its work.
#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for the report; no act reads it"
)]
pub(super) async fn figures(folder: &Path, forms: usize) -> Result<Vec<Figure>, Exit> {
    if forms == 0 {
        return Ok(Vec::new());
    }
    let data = folder.join("data");
    prepare(&data, forms).await?;
    let server = start(&data).await?;
    let begun = std::time::Instant::now();
    let child = Command::new(std::env::current_exe()?)
        .args(["export", "forms", "--json", "--format", "pdf"])
        .arg(folder.join("forms"))
        .arg("--data")
        .arg(&data)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let process = child.id().unwrap_or(0).to_string();
    let (over, until) = watch::channel(false);
    let readers = tokio::spawn(read_board(server.address.clone(), until));
    let looked = tokio::spawn(async move {
        let (mut peak, mut used) = (0.0_f64, 0.0_f64);
        // Both stand in the process's own account and are gone with it: the last look counts.
        while let (Ok(spent), Some(resident)) = (cpu_of(&process), peak_of(&process)) {
            (peak, used) = (peak.max(resident), used.max(spent));
            tokio::time::sleep(LOOK).await;
        }
        (peak, used)
    });
    let done = child.wait_with_output().await?;
    let wall = begun.elapsed().as_secs_f64();
    // Readers that are gone already told why.
    let _ = over.send(true);
    let (peak, used) = looked.await.map_err(|e| Exit::failed(&e))?;
    let mut waits = readers.await.map_err(|e| Exit::failed(&e))??;
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
    let written = told.get("files").and_then(serde_json::Value::as_u64);
    if !done.status.success() || written != u64::try_from(forms).ok() {
        return Err(Exit::failed(&String::from_utf8_lossy(&done.stderr)));
    }
    stop(server).await?;
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (waits.len() as f64 * share) as usize;
        waits
            .get(place.min(waits.len().saturating_sub(1)))
            .copied()
            .unwrap_or(0.0)
    };
    let figure = |name, value, unit| Figure { name, value, unit };
    Ok(vec![
        figure("bench.forms_many", forms as f64 / used.max(0.01), "/CPU s"),
        figure("bench.forms_wall", wall, "s"),
        figure("bench.forms_cores", used / wall.max(0.01), ""),
        figure("bench.forms_peak", peak, "MB"),
        figure("bench.board_half", at(0.5), "ms"),
        figure("bench.board_most", at(0.99), "ms"),
    ])
}

async fn stop(mut server: Server) -> Result<(), Exit> {
    Ok(server.child.kill().await?)
}

async fn prepare(data: &Path, forms: usize) -> Result<(), Exit> {
    let config = Config {
        data: data.to_owned(),
        demo: true,
        ..Config::default()
    };
    std::fs::create_dir_all(data)?;
    let db = open::database(&config).await?;
    let plan = Plan {
        step: Step::Propose,
        original: false,
        people: 70,
        seed: 2010,
        now: Clock::System.now(),
    };
    let demo = app::demo::begin_campaign(db, config, plan).await?;
    let bulk = BulkForms {
        campaign: demo.campaign.clone(),
        units: demo.branches.iter().map(|b| b.id.clone()).collect(),
        forms,
        words: text("bench.words").to_owned(),
    };
    Ok(demo.app.execute(&Actor::machine(), bulk).await?)
}

/// The most memory a process ever held, in megabytes; `None` when it is gone.
fn peak_of(process: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// Asks for the board until told to stop; milliseconds of each answer.
#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for the report; no act reads it"
)]
async fn read_board(address: String, until: watch::Receiver<bool>) -> Result<Vec<f64>, Exit> {
    let mut socket = TcpStream::connect(&address).await?;
    let mut waits = Vec::new();
    while !*until.borrow() {
        let begun = std::time::Instant::now();
        socket.write_all(&get("/board")).await?;
        let status = answer(&mut socket).await?;
        if status >= 400 {
            return Err(Exit::failed(&status));
        }
        waits.push(begun.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(ASK).await;
    }
    Ok(waits)
}
