# What a developer types. Everything here also works without `just`: each recipe is one or two commands.

# the list of recipes
default:
    @just --list

# the demo campaign at http://127.0.0.1:8080
run *ARGS:
    cargo run -p jiannuo -- demo {{ARGS}}

# every test, on both databases and in the browser
test *ARGS:
    scripts/test {{ARGS}}

# formatting, lints, licences and bans
check:
    cargo fmt --all -- --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    cargo test -p testkit --test house --locked

# speed and memory, as the README quotes them
bench *ARGS:
    scripts/bench {{ARGS}}

# the pictures of the README, from the demo campaign
screenshots:
    scripts/journeys screenshots.mjs

# every page at 360 and 1280 px into DIR, to be looked at
pictures DIR:
    scripts/journeys screenshots.mjs --all {{DIR}}

# regenerate what is generated (docs/generated)
update:
    UPDATE=1 cargo test --workspace --locked

# the binary a self-hoster installs
release:
    cargo build --release --locked -p jiannuo
    @ls -lh target/release/jiannuo
