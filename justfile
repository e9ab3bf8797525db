# The recipes of Aspis. `just` alone lists them; each is plain cargo, so nothing else has to be installed.

_default:
    @just --list

# Builds the server as it is published: target/dist/aspis.
build:
    cargo build --profile dist -p aspis

# Runs every test.
test:
    scripts/test

# Checks the format, and lets no lint pass.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Measures what the safeguards cost: the whole corridor against bare axum, each door of it, the hash pool, prices under floods of logins
# and of predictions, whether time tells who has an account, what others need for the same, and single rules. Needs two
# cores and about half an hour; bench/README.md says how to read it.
bench *OPTIONS:
    cargo build --profile dist -p aspis -p aspis-bench
    target/dist/aspis-bench throughput {{OPTIONS}}
    cargo bench --profile dist -p aspis --bench doors
    target/dist/aspis-bench hash-pool
    target/dist/aspis-bench login-flood
    target/dist/aspis-bench timing
    target/dist/aspis-bench flood
    target/dist/aspis-bench scan
    scripts/bench-peers
    cargo bench --profile dist -p aspis-core --bench limiter --bench inspector --bench scan
    cargo bench --profile dist -p aspis-market --bench forecast
    cargo bench --profile dist -p aspis-watch --bench events --bench decisions

# Trades on one account while the server is killed again and again, then checks every amount; serves a normal client
# beside ten thousand slow ones; reads the settings anew a thousand times under load; tries whether a limit of N admits
# exactly N; runs two nodes on one PostgreSQL and one Redis (both have to be installed) and asks how soon one hears what
# the other has ended, what callers meet while both backends die, and whether books and budgets are exact over both;
# kills backups, restores, upgrades, incident actions and closing days of the log at two hundred moments each; and
# sends a hundred million made-up clients through one table of windows. Then shuttle tries every order of steps in that table that it can think of, and a thousand
# leaked files are traced among ten thousand accounts (a quarter of an hour).
soak *OPTIONS:
    cargo build --profile dist -p aspis -p aspis-bench
    target/dist/aspis-bench ledger {{OPTIONS}}
    target/dist/aspis-bench slow
    target/dist/aspis-bench reload
    target/dist/aspis-bench backup
    target/dist/aspis-bench admit
    target/dist/aspis-bench nodes
    ASPIS_TEST_KILLS=200 cargo test -p aspis --test black_box -- killed
    cargo bench --profile dist -p aspis-core --bench limiter -- made-up
    RUSTFLAGS="--cfg shuttle" cargo test -p aspis-core --lib shuttle --target-dir target/shuttle
    cargo test -p aspis-core --release --lib marks -- --ignored

# Goes through one budget over 1 to 1,000 nodes with the network cut, by the real rules and a moved clock: how far it is
# overshot, what that costs in round trips, and whether any bound is broken (a minute; `just simulate --full` has ten
# million clients). `just simulate --nodes 3 --share 0.5` is for a deployment of yours; docs/scale.md says how to read it.
simulate *OPTIONS:
    cargo build --profile dist -p aspis-bench
    target/dist/aspis-bench simulate {{OPTIONS}}

# Prints what the inspector catches, family by family and disguise by disguise, and what ordinary text it refuses
# (`just inspect-report --missed` lists what it missed).
inspect-report *OPTIONS:
    cargo run --quiet -p aspis-core --example inspect_report -- {{OPTIONS}}

# Throws changed and made-up input at one parser until it breaks or you stop it (`just fuzz token -runs=1000000`). Needs
# a C++ compiler and cargo-fuzz (`cargo install cargo-fuzz --locked`); fuzz/README.md lists the targets.
fuzz TARGET *OPTIONS:
    mkdir -p fuzz/corpus/{{TARGET}}
    RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR={{justfile_directory()}}/target/fuzz \
        cargo fuzz run --fuzz-dir fuzz --sanitizer none {{TARGET}} fuzz/corpus/{{TARGET}} fuzz/seeds/{{TARGET}} \
        -- -max_len=4096 {{OPTIONS}}

# The same for every target in turn, so many runs each.
fuzz-all RUNS="1000000":
    for target in $(cargo fuzz list --fuzz-dir fuzz); do just fuzz "$target" -runs={{RUNS}} || exit 1; done

# Builds the documentation of every crate.
docs:
    cargo doc --workspace --no-deps
