#!/usr/bin/env bash
# Start-up time and resident memory of README.md: five starts of `xiaoer chat` over a demo shop that exists already,
# each up to the first answer, and the memory after twelve turns. Prints the median, least and most milliseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'database = "%s/xiaoer.db"\nrecommender = "%s/recommender.bin"\n' "$folder" "$folder" >"$folder/xiaoer.toml"
cargo build --release --quiet
start=$(date +%s%N)
echo 在吗 | target/release/xiaoer chat --config "$folder/xiaoer.toml" >/dev/null 2>&1
echo "first start (demo shop made, recommender trained): $((($(date +%s%N) - start) / 1000000)) ms"
for _ in 1 2 3 4 5; do
    start=$(date +%s%N)
    echo 在吗 | target/release/xiaoer chat --fresh --config "$folder/xiaoer.toml" >/dev/null 2>&1
    echo $((($(date +%s%N) - start) / 1000000))
done | sort -n | awk '{ at[NR] = $1 } END { print "later starts up to the first answer and the end: median " at[3] " ms (" at[1] " to " at[5] ")" }'
mkfifo "$folder/typed"
target/release/xiaoer chat --fresh --config "$folder/xiaoer.toml" <"$folder/typed" >"$folder/said" 2>/dev/null &
exec 3>"$folder/typed"
cat docs/session.txt >&3
until grep -q 转人工 <(tail -n 8 "$folder/said") && [[ $(grep -c '你>' "$folder/said") -gt $(wc -l <docs/session.txt) ]]; do
    sleep 0.2
done
awk '/VmRSS|VmHWM/ { print "after the conversation of README.md, " $1 " " int($2 / 1024) " MiB" }' "/proc/$!/status"
exec 3>&-
wait
