#!/usr/bin/env bash
# The steps of docker/Dockerfile without a container engine: only what it copies, in folders that hold nothing else, by the
# commands it runs; then a node from the result, asked by the image's own health check.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
# shellcheck source=tools/lib.sh
source tools/lib.sh

root=$PWD
dockerfile=$root/docker/Dockerfile
scratch=$(mktemp -d)
node=''
trap leave EXIT

leave() {
  [[ -z $node ]] || kill -KILL "$node" 2>/dev/null || true
  rm -rf "$scratch"
}

# stage NAME: the instructions of a stage, each on a line of its own.
stage() {
  sed -e ':join' -e '/\\$/{N;s/ *\\\n */ /;b join' -e '}' "$dockerfile" |
    awk -v stage="$1" '/^FROM/ { name = ($3 == "AS") ? $4 : "last" } name == stage'
}

# copy_into FOLDER STAGE: its COPY instructions that take from the repository, leaving out what .dockerignore does.
copy_into() {
  local from target
  while read -r -a words; do
    target=${words[-1]}
    for from in "${words[@]:0:${#words[@]}-1}"; do
      if [[ -d $from ]]; then
        mkdir -p "$1/$target"
        tar -C "$root/$from" --exclude=bin --exclude=obj --exclude=node_modules -cf - . | tar -C "$1/$target" -xf -
      else
        mkdir -p "$1/$([[ $target == */ ]] && echo "$target" || dirname "$target")"
        cp "$from" "$1/$target"
      fi
    done
  done < <(stage "$2" | sed -n '/--from/d; s/^COPY //p')
}

# run_of STAGE PATTERN: the command of the RUN instruction that begins so.
run_of() {
  stage "$1" | sed -n "s/^RUN \($2.*\)/\1/p"
}

setting() {
  stage last | sed -n "s/.*[ ]$1=\([^ ]*\).*/\1/p"
}

build() {
  mkdir -p "$scratch/source" "$scratch/worker" "$scratch/image/src"
  copy_into "$scratch/source" node
  (cd "$scratch/source" && eval "$(run_of node 'dotnet publish' | sed "s# /app# $scratch/image#") -p:UseSharedCompilation=false --nologo -v quiet")
  copy_into "$scratch/worker" worker
  (cd "$scratch/worker" && eval "$(run_of worker 'npm ci') --loglevel=error")
  mv "$scratch/worker" "$scratch/image/src/Worker"
  cp -r hocon "$scratch/image/hocon"
}

start() {
  cd "$scratch/image"
  local clean=(env -i PATH="$PATH" HOME="$scratch" CLUSTER__DATA_DIR="$scratch/data" CLUSTER__KEYS__SECOND_SHARE_FILE="$scratch/share/key-share")
  "${clean[@]}" dotnet cluster-node.dll keys init
  "${clean[@]}" CLUSTER__WORKER__REPO_DIR="$scratch/data/adaptors" \
    CLUSTER__WORKER__OFFLINE=true CLUSTER__HTTP__HOST="$(setting CLUSTER__HTTP__HOST)" CLUSTER__HTTP__PORT=0 \
    CLUSTER__HTTP__BEHIND_PROXY=127.0.0.1 \
    dotnet cluster-node.dll >"$scratch/log" 2>&1 &
  node=$!
}

# The health check's command with the port that was free.
is_healthy() {
  local port check
  [[ -e $scratch/log ]] || return 1
  port=$(sed -n 's/.*Now listening on: .*:\([0-9]*\)$/\1/p' "$scratch/log" | head -n 1)
  [[ $port ]] || return 1
  check=$(stage last | sed -n 's/^HEALTHCHECK.*CMD \[\(.*\)\]$/\1/p' | tr -d '",')
  # shellcheck disable=SC2086 # words of a command
  (cd "$root" && ${check//:4000/:$port})
}

build >&2
start
for ((left = 120; left > 0; left--)); do
  is_healthy && break
  kill -0 "$node" 2>/dev/null || break
  sleep 1
done
if ! is_healthy; then
  cat "$scratch/log"
  exit 1
fi
kill -TERM "$node"
wait "$node"
node=''
echo 'The image would build, start, be healthy and stop.'
