# What `just check` runs is what CI runs beside the tests.

# Formatting, lints, documentation.
check:
    cargo fmt --check
    cargo clippy --release --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps

# Every test, the conversation suite among them.
test:
    cargo test --release

# The benchmarks of README.md.
bench:
    cargo bench

# The recorded conversation of README.md.
record:
    ./docs/record.sh
