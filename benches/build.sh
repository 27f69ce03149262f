#!/usr/bin/env bash
# Cold `cargo build` of a program that depends on this client, beside one that depends on qdrant-client 1.20: CPU seconds
# and crates. Like with like: both with gRPC and TLS, both in the dev profile, each into an empty target directory, by
# turns. `ROUNDS=3 make bench-build`; the medians count, the machine's speed does not.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rounds=${ROUNDS:-3}

program() { # name, dependency
    mkdir -p "$work/$1/src"
    printf '[package]\nname = "program"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\n%s\n\n[workspace]\n' "$2" >"$work/$1/Cargo.toml"
    printf 'fn main() {}\n' >"$work/$1/src/main.rs"
    cargo fetch --quiet --manifest-path "$work/$1/Cargo.toml"
}

program weaviate "weaviate = { path = \"$root\" }"
program qdrant 'qdrant-client = "=1.20.0"'

cpu() { # name -> user + system seconds of one cold build
    rm -rf "$work/target"
    local TIMEFORMAT='%U %S'
    { time CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$work/target" cargo build --quiet --offline --manifest-path "$work/$1/Cargo.toml" 2>/dev/null; } 2>&1 |
        awk '{ printf "%.1f\n", $1 + $2 }'
}
crates() {
    cargo tree --quiet --offline --manifest-path "$work/$1/Cargo.toml" --edges normal,build --prefix none | sed 's/ (\*)//' | sort -u | tail -n +2 | wc -l
}
median() { sort -n "$1" | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

for _ in $(seq "$rounds"); do
    cpu weaviate >>"$work/weaviate.cpu"
    cpu qdrant >>"$work/qdrant.cpu"
done

printf '%-22s %12s %8s   %s\n' client 'CPU seconds' crates 'rounds'
for name in weaviate qdrant; do
    printf '%-22s %12s %8s   %s\n' "$name" "$(median "$work/$name.cpu")" "$(crates "$name")" "$(paste -sd' ' "$work/$name.cpu")"
done
awk -v a="$(median "$work/weaviate.cpu")" -v b="$(median "$work/qdrant.cpu")" 'BEGIN { printf "weaviate takes %.2f of the CPU seconds\n", a / b }'
