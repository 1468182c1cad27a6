//! How the binary is linked.

use std::process::Command;

/// The first glibc that loads packed relocations.
const PACKED_SINCE: (u32, u32) = (2, 36);

/// The typesetter's tables hold hundreds of thousands of addresses that are set when the program starts. Packed, they take
/// some 50 kB instead of 10 MB, and a server that runs holds a fifth less memory (`jiannuo bench`, resident memory). An
/// older glibc would refuse to start such a program, so that it is only asked for where the building machine has one
/// that can.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let here = var("HOST") == var("TARGET");
    let gnu = var("CARGO_CFG_TARGET_OS") == "linux" && var("CARGO_CFG_TARGET_ENV") == "gnu";
    if here && gnu && glibc().is_some_and(|version| version >= PACKED_SINCE) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of the C library of this machine: `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, rest) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    let minor = rest.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
