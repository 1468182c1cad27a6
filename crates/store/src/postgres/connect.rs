//! Reaching a PostgreSQL server: TLS, the pool, and whether the database suits us.

use crate::{Error, Options, Result, Unfit, dialect};
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{Config, SslMode};
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a new connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// A pool whose first connection was tried.
///
/// `sslmode=require` speaks TLS with a certificate it can verify, or not at all; `prefer`, the
/// default, tries that and goes on in the clear with a warning; `disable` does not try.
pub(super) async fn open(url: &str, options: &Options) -> Result<Pool> {
    let mut config: Config = url.parse().map_err(cannot_open)?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_application_name().is_none() {
        config.application_name("jiannuo");
    }
    let mode = config.get_ssl_mode();
    if mode == SslMode::Disable {
        return checked(pool(config, Tls::Off, options)?).await;
    }
    match checked(pool(config.clone(), Tls::On, options)?).await {
        Err(Error::Unfit(Unfit::CannotOpen(why))) if mode == SslMode::Prefer => {
            config.ssl_mode(SslMode::Disable);
            let plain = checked(pool(config, Tls::Off, options)?).await?;
            tracing::warn!(%why, "no TLS to PostgreSQL; the connection is in the clear");
            Ok(plain)
        }
        done => done,
    }
}

#[derive(Clone, Copy)]
enum Tls {
    On,
    Off,
}

fn pool(config: Config, tls: Tls, options: &Options) -> Result<Pool> {
    // A dead connection is noticed by its own task; asking the server each time costs a round trip.
    let recycling = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = match tls {
        Tls::On => Manager::from_config(config, encryption(options.authority.as_deref())?, recycling),
        Tls::Off => Manager::from_config(config, NoTls, recycling),
    };
    let settings: Arc<str> = dialect::postgres_session(options.statement_timeout).into();
    let settle = Hook::async_fn(move |client, _| {
        let settings = Arc::clone(&settings);
        Box::pin(async move { client.batch_execute(&settings).await.map_err(HookError::Backend) })
    });
    Pool::builder(manager)
        .max_size(options.connections.max(1))
        .timeouts(Timeouts {
            wait: Some(options.wait),
            create: Some(CONNECT),
            recycle: None,
        })
        .runtime(Runtime::Tokio1)
        .post_create(settle)
        .build()
        .map_err(Error::bug)
}

/// TLS by rustls with ring, trusting the given authority, or the public ones that are compiled in.
fn encryption(authority: Option<&Path>) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = match authority {
        Some(file) => read_authority(file)?,
        None => RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        },
    };
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(Error::bug)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn read_authority(file: &Path) -> Result<RootCertStore> {
    let unreadable = |why: &dyn std::fmt::Display| Unfit::CannotOpen(format!("{}: {why}", file.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|why| unreadable(&why))? {
        let certificate = certificate.map_err(|why| unreadable(&why))?;
        roots.add(certificate).map_err(|why| unreadable(&why))?;
    }
    if roots.is_empty() {
        return Err(unreadable(&"holds no certificate").into());
    }
    Ok(roots)
}

/// Tries the first connection and looks whether text sorts and is stored as on SQLite.
async fn checked(pool: Pool) -> Result<Pool> {
    let client = pool.get().await.map_err(cannot_open)?;
    suits(&client).await?;
    drop(client);
    Ok(pool)
}

async fn suits(client: &Client) -> Result<()> {
    let row = client
        .query_one(dialect::POSTGRES_TEXT, &[])
        .await
        .map_err(cannot_open)?;
    let by_code_point: bool = row.try_get(0).map_err(Error::bug)?;
    let collation: String = row.try_get(1).map_err(Error::bug)?;
    let encoding: String = row.try_get(2).map_err(Error::bug)?;
    if encoding != "UTF8" {
        return Err(Unfit::Encoding { found: encoding }.into());
    }
    if !by_code_point {
        return Err(Unfit::Collation { found: collation }.into());
    }
    Ok(())
}

fn cannot_open(why: impl std::error::Error) -> Error {
    let mut text = why.to_string();
    let mut cause = why.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    Unfit::CannotOpen(text).into()
}
