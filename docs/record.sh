#!/usr/bin/env bash
# Records the conversation of README.md: twelve turns with the demo shop, typed into `xiaoer chat`, in a database of
# its own. Prints the session; `--write` puts it into both READMEs between the markers.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'database = "%s/xiaoer.db"\nrecommender = "%s/recommender.bin"\n' "$folder" "$folder" >"$folder/xiaoer.toml"
cargo build --release --quiet
session=$(target/release/xiaoer chat --config "$folder/xiaoer.toml" <docs/session.txt 2>/dev/null)
if [[ "${1:-}" != "--write" ]]; then
    printf '%s\n' "$session"
    exit
fi
printf '%s\n' "$session" >"$folder/session"
for file in README.md README.zh-CN.md; do
    awk -v session="$folder/session" '
        /<!-- session -->/ { print; print "```text"; while ((getline line < session) > 0) print line; print "```"; skip = 1; next }
        /<!-- \/session -->/ { skip = 0 }
        !skip { print }' "$file" >"$folder/readme"
    cp "$folder/readme" "$file"
done
