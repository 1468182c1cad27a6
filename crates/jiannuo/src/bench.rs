//! `jiannuo bench`: makes a board of many items in a temporary directory, starts this same binary on it as a
//! server, asks it over loopback and reads the server's own processor time. Figures, never a verdict.

mod desk;
mod forms;

use crate::exit::{Exit, text};
use crate::open;
use app::demo::{Bulk, Plan, Step};
use app::{Clock, Config};
use clap::ArgMatches;
use documents::paper::{FormText, Format, PersonForm, PledgeGroup, PledgeItem, annex2};
use domain::access::Actor;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

/// Requests of each sort.
const ASKED: usize = 2000;
/// Pages of each branch's list that are asked for a first time: one branch's alone would be too few to measure.
const FIRST_PAGES: usize = 10;
/// How long a server that has just begun is left alone before it is measured.
const SETTLED: Duration = Duration::from_secs(1);

struct Server {
    child: Child,
    address: String,
    ready: Duration,
}

struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
}

/// Measures and prints.
///
/// # Errors
/// A server that does not start or answer.
pub async fn run(m: &ArgMatches) -> Result<(), Exit> {
    let items = m.get_one::<usize>("items").copied().unwrap_or(10_000);
    let branches = m.get_one::<usize>("branches").copied().unwrap_or(40);
    let folder = tempfile::TempDir::new()?;
    let added = prepare(folder.path(), items, branches).await?;
    let mut server = start(folder.path()).await?;
    let mut figures = vec![Figure {
        name: "bench.ready",
        value: server.ready.as_secs_f64(),
        unit: "s",
    }];
    // What a server reads in once, at its first page, is no part of a view.
    ask(&server, &[get("/")], 1).await?;
    tokio::time::sleep(SETTLED).await;
    let lists: Vec<_> = (1..=FIRST_PAGES)
        .flat_map(|page| added.branches.iter().map(move |b| (page, b)))
        .map(|(page, b)| get(&format!("/board?unit={b}&page={page}")))
        .collect();
    let details: Vec<_> = added
        .pledges
        .iter()
        .take(ASKED)
        .map(|p| get(&format!("/pledges/{p}")))
        .collect();
    figures.push(measure(&server, "bench.list_first", &lists, lists.len()).await?);
    figures.push(measure(&server, "bench.list", &lists, ASKED).await?);
    figures.push(measure(&server, "bench.detail_first", &details, details.len()).await?);
    figures.push(measure(&server, "bench.detail", &details, ASKED).await?);
    let opinions: Vec<_> = added.branches.iter().map(|b| opinion(b)).collect();
    figures.push(measure(&server, "bench.opinion", &opinions, ASKED).await?);
    figures.push(Figure {
        name: "bench.resident",
        value: resident(&server)?,
        unit: "MB",
    });
    server.child.kill().await?;
    let office = tempfile::TempDir::new()?;
    figures.extend(desk::figures(office.path()).await?);
    figures.push(annexes()?);
    figures.extend(papers()?);
    let many = tempfile::TempDir::new()?;
    let forms = m.get_one::<usize>("forms").copied().unwrap_or(10_000);
    figures.extend(forms::figures(many.path(), forms).await?);
    let rows = m.get_one::<usize>("roster").copied().unwrap_or(100_000);
    figures.push(roster(rows, branches).await?);
    tell(&figures, m.get_flag("json"));
    Ok(())
}

async fn prepare(folder: &Path, items: usize, branches: usize) -> Result<app::demo::Added, Exit> {
    let config = Config {
        data: folder.to_owned(),
        demo: true,
        ..Config::default()
    };
    let db = open::database(&config).await?;
    let plan = Plan {
        step: Step::Appraise,
        original: false,
        people: 430,
        seed: 2010,
        now: Clock::System.now(),
    };
    let demo = app::demo::begin_campaign(db, config, plan).await?;
    let bulk = Bulk {
        campaign: demo.campaign.clone(),
        branches,
        items,
        words: text("bench.words").to_owned(),
    };
    Ok(demo.app.execute(&Actor::machine(), bulk).await?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for the report; no act reads it"
)]
async fn start(folder: &Path) -> Result<Server, Exit> {
    // The bench is a flood, which the server would slow down.
    let settings = folder.join("bench.toml");
    std::fs::write(&settings, "public_posts_per_second = 1000\n")?;
    let begun = std::time::Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder)
        .arg("--config")
        .arg(&settings)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let out = child.stdout.take().ok_or_else(|| Exit::failed(&"no output"))?;
    let mut lines = BufReader::new(out).lines();
    let mut address = String::new();
    while address.is_empty() {
        let line = lines
            .next_line()
            .await?
            .ok_or_else(|| Exit::failed(&text("cli.unhealthy")))?;
        if let Some((_, found)) = line.split_once("http://") {
            found.trim_end_matches('/').clone_into(&mut address);
        }
    }
    let server = Server {
        child,
        address,
        ready: Duration::ZERO,
    };
    ask(&server, &[get("/readyz")], 1).await?;
    Ok(Server {
        ready: begun.elapsed(),
        ..server
    })
}

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\nAccept-Language: zh-CN\r\n\r\n")
        .into_bytes()
}

fn opinion(branch: &str) -> Vec<u8> {
    let body = "grade=5&words=%E7%AD%89%E5%80%99%E7%9F%AD%E4%BA%86";
    format!(
        "POST /feedback/{branch} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

async fn measure(
    server: &Server,
    name: &'static str,
    asked: &[Vec<u8>],
    times: usize,
) -> Result<Figure, Exit> {
    let before = cpu(server)?;
    ask(server, asked, times).await?;
    let spent = cpu(server)? - before;
    Ok(Figure {
        name,
        value: spent * 1000.0 / times.max(1) as f64,
        unit: "CPU ms",
    })
}

/// Sends requests over eight connections and reads every answer whole.
async fn ask(server: &Server, asked: &[Vec<u8>], times: usize) -> Result<(), Exit> {
    let mut tasks = Vec::new();
    let lanes = times.clamp(1, 8);
    for lane in 0..lanes {
        let (address, asked) = (server.address.clone(), asked.to_vec());
        tasks.push(tokio::spawn(async move {
            let mut socket = TcpStream::connect(&address).await?;
            for at in (lane..times).step_by(lanes) {
                if let Some(request) = asked.get(at % asked.len().max(1)) {
                    socket.write_all(request).await?;
                    let status = answer(&mut socket).await?;
                    if status >= 400 {
                        return Err(std::io::Error::other(format!(
                            "{status}: {}",
                            String::from_utf8_lossy(request)
                        )));
                    }
                }
            }
            Ok(())
        }));
    }
    for task in tasks {
        task.await.map_err(|e| Exit::failed(&e))??;
    }
    Ok(())
}

/// Reads one answer by its length or chunks and gives its status.
async fn answer(socket: &mut TcpStream) -> std::io::Result<u16> {
    Ok(answer_whole(socket).await?.0)
}

/// The same with its body, where it tells its length.
async fn answer_whole(socket: &mut TcpStream) -> std::io::Result<(u16, Vec<u8>)> {
    let mut body = Vec::new();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let status = head.get(9..12).and_then(|s| s.parse().ok()).unwrap_or(0);
    if let Some(length) = head
        .split("content-length: ")
        .nth(1)
        .and_then(|s| s.split('\r').next()?.parse().ok())
    {
        body.resize(length, 0);
        socket.read_exact(&mut body).await?;
    } else if head.contains("transfer-encoding: chunked") {
        let mut tail = Vec::new();
        while !tail.ends_with(b"0\r\n\r\n") {
            tail.push(socket.read_u8().await?);
        }
    }
    Ok((status, body))
}

/// Processor seconds the server has used (user and system), from `/proc`.
fn cpu(server: &Server) -> Result<f64, Exit> {
    let pid = server.child.id().unwrap_or(0);
    cpu_of(&pid.to_string())
}

fn cpu_of(process: &str) -> Result<f64, Exit> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<f64>().ok())
        .sum();
    // Linux counts processor time in hundredths of a second wherever Debian runs.
    Ok(ticks / 100.0)
}

fn resident(server: &Server) -> Result<f64, Exit> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id().unwrap_or(0)))?;
    let line = status
        .lines()
        .find_map(|l| l.strip_prefix("VmRSS:"))
        .unwrap_or("0");
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0.0);
    Ok(kilobytes / 1024.0)
}

/// A filled form of a member, the n-th.
fn filled(n: usize) -> PersonForm {
    let item = PledgeItem {
        text: text("bench.words").replace("{n}", &n.to_string()),
        ..PledgeItem::default()
    };
    PersonForm {
        name: format!("P{n:03}"),
        groups: vec![PledgeGroup {
            label: "1".to_owned(),
            items: vec![item],
        }],
        ..PersonForm::default()
    }
}

/// Forms that a processor second gives, a file for each, in every format.
fn papers() -> Result<Vec<Figure>, Exit> {
    let words = FormText::of(lang::Lang::Zh);
    let day = jiff::civil::date(2010, 10, 10);
    let kinds = [
        (Format::Pdf, 60, "bench.forms_pdf"),
        (Format::Ofd, 120, "bench.forms_ofd"),
        (Format::Docx, 2_000, "bench.forms_docx"),
        (Format::Html, 4_000, "bench.forms_html"),
    ];
    let mut figures = Vec::new();
    for (format, count, name) in kinds {
        let before = cpu_of("self")?;
        for n in 0..count {
            let made = annex2(&[filled(n)], &words, day).write(format);
            made.map_err(|e| Exit::failed(&text(e.key())))?;
        }
        // Times come in hundredths of a second.
        let used = (cpu_of("self")? - before).max(0.01);
        figures.push(Figure {
            name,
            value: f64::from(u32::try_from(count).unwrap_or(0)) / used,
            unit: "/CPU s",
        });
    }
    Ok(figures)
}

/// 430 filled forms of members, a file for each branch, as a secretary prints them.
fn annexes() -> Result<Figure, Exit> {
    let before = cpu_of("self")?;
    for branch in 0..14 {
        let from = branch * 430 / 14;
        let forms: Vec<_> = (from..(branch + 1) * 430 / 14).map(filled).collect();
        let made = annex2(
            &forms,
            &FormText::of(lang::Lang::Zh),
            jiff::civil::date(2010, 10, 10),
        );
        made.write(Format::Pdf)
            .map_err(|e| Exit::failed(&text(e.key())))?;
    }
    Ok(Figure {
        name: "bench.annexes",
        value: cpu_of("self")? - before,
        unit: "CPU s",
    })
}

/// A roster of many people, imported by this same binary into a directory of its own: from start to end.
#[expect(
    clippy::disallowed_methods,
    reason = "a stopwatch for the report; no act reads it"
)]
async fn roster(rows: usize, branches: usize) -> Result<Figure, Exit> {
    let folder = tempfile::TempDir::new()?;
    let file = folder.path().join("roster.csv");
    std::fs::write(&file, sheet(rows, branches.max(1))?)?;
    let begun = std::time::Instant::now();
    let done = Command::new(std::env::current_exe()?)
        .args(["import", "roster", "--json"])
        .arg(&file)
        .arg("--data")
        .arg(folder.path().join("data"))
        .output()
        .await?;
    let value = begun.elapsed().as_secs_f64();
    let told: Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
    let added = told.pointer("/outcome/added").and_then(Value::as_u64);
    if !done.status.success() || added != u64::try_from(rows).ok() {
        return Err(Exit::failed(&String::from_utf8_lossy(&done.stderr)));
    }
    Ok(Figure {
        name: "bench.roster",
        value,
        unit: "s",
    })
}

/// The words a roster is made of.
#[derive(serde::Deserialize)]
struct Words {
    family: String,
    given: String,
    head: String,
    row: String,
}

/// A roster as text: names made of common letters, so that many share a name and a login's first form.
fn sheet(rows: usize, branches: usize) -> Result<String, Exit> {
    let words: Words = toml::from_str(include_str!("../data/bench.toml")).map_err(|e| Exit::failed(&e))?;
    let (family, given): (Vec<_>, Vec<_>) = (words.family.chars().collect(), words.given.chars().collect());
    let pick = |from: &[char], at: usize| from.get(at % from.len().max(1)).copied().unwrap_or('-');
    let mut out = format!("{}\n", words.head);
    for row in 0..rows {
        // Strides without a common factor, so that names repeat but not in a row.
        let name = [
            pick(&family, row),
            pick(&given, row * 7 + row / 31),
            pick(&given, row * 13 + row / 97),
        ];
        let cells: [(&str, &dyn std::fmt::Display); 6] = [
            ("branch", &(row % branches + 1)),
            ("name", &name.iter().collect::<String>()),
            ("year", &(1960 + row % 40)),
            ("month", &(row % 12 + 1)),
            ("joined", &(1985 + row % 30)),
            ("phone", &(13_000_000_000_u64 + row as u64)),
        ];
        out.push_str(&lang::put(&words.row, &cells));
        out.push('\n');
    }
    Ok(out)
}

fn tell(figures: &[Figure], as_json: bool) {
    if as_json {
        let fields = figures
            .iter()
            .map(|f| (f.name.trim_start_matches("bench.").to_owned(), json!(f.value)));
        println!("{}", Value::Object(fields.collect()));
        return;
    }
    for f in figures {
        println!("{:>10.3} {:7} {}", f.value, f.unit, text(f.name));
    }
}
