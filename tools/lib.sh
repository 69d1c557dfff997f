# What the commands share. Sourced with the repository as working folder.
# shellcheck shell=bash

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 MSBUILDTERMINALLOGGER=off
export npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

# Compilers that stay behind as servers would outlive the command.
build_flags=(-c Release --nologo -v quiet -p:UseSharedCompilation=false)
# shellcheck disable=SC2034 # used by ./cluster
node_dll=src/Api/bin/Release/net10.0/cluster-node.dll

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then is_terminal=1; else is_terminal=; fi
paint() { if [[ $is_terminal ]]; then printf '\033[%sm%s\033[0m' "$1" "$2"; else printf '%s' "$2"; fi; }
bold() { paint 1 "$1"; }
green() { paint 32 "$1"; }
red() { paint 31 "$1"; }

misuse() {
  echo "cluster: $1; ./cluster help says what there is" >&2
  exit 2
}

missing() {
  printf 'cluster: %s is missing.\n  %s\n' "$1" "$2" >&2
  exit 2
}

need_dotnet() {
  dotnet --list-sdks 2>/dev/null </dev/null | grep -q '^10\.' || missing 'The .NET 10 SDK' \
    'Get it from https://dotnet.microsoft.com/download/dotnet/10.0 or, on most systems, as the package dotnet-sdk-10.0.'
}

need_node() {
  local major
  major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
  ((${major:-0} >= 20)) || missing "Node.js 20 or newer${major:+ (found: $major)}" \
    'Get it from https://nodejs.org/en/download or, on most systems, as the package nodejs.'
  command -v npm >/dev/null || missing 'npm' 'It comes with Node.js; some systems have it as a package of its own, npm.'
}

need_everything() {
  need_dotnet
  need_node
  done_line ".NET SDK $(dotnet --version </dev/null), Node.js $(node --version | tr -d v), npm $(npm --version)"
}

# done_line TEXT [NOTE]
done_line() {
  printf '  %s %-56s %s\n' "$(green ✓)" "$1" "${2:-}" | sed 's/ *$//'
}

# quietly LABEL COMMAND... shows only that it works, unless it fails: then everything it said.
quietly() {
  local label=$1 started=$SECONDS status=0
  shift
  # What tools forget in their temporary folder goes with it.
  scratch=$(mktemp -d)
  trap leave_quietly EXIT
  tick "$label" "$started"
  TMPDIR=$scratch "$@" >"$scratch/log" 2>&1 </dev/null || status=$?
  stop_ticking
  if ((status == 0)); then
    done_line "$label" "$((SECONDS - started)) s"
  else
    printf '  %s %s: exit code %d. It said:\n\n' "$(red ✗)" "$label" "$status"
    sed 's/^/    /' "$scratch/log"
  fi
  leave_quietly
  trap - EXIT
  return "$status"
}

tick() {
  if [[ ! $is_terminal ]]; then
    printf '  … %s\n' "$1"
    return
  fi
  (while :; do printf '\r  … %s %ds ' "$1" $((SECONDS - $2)); sleep 1; done) &
  ticker=$!
}

stop_ticking() {
  [[ ${ticker:-} ]] || return 0
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  ticker=''
  printf '\r\033[K'
}

leave_quietly() {
  stop_ticking
  rm -rf "$scratch"
}

build_node() {
  quietly 'Build of the node' dotnet build src/Api "${build_flags[@]}"
}

install_worker() {
  install_packages_of src/Worker "Worker's npm packages"
}

# The OpenID provider that tests sign in by.
install_provider() {
  install_packages_of tests/Api.Tests/OpenId/provider "Provider's npm packages"
}

# install_packages_of FOLDER WHAT: the copy beside what it led to says whether the lock file has changed since.
install_packages_of() {
  local stamp=$1/node_modules/.installed-lock
  if cmp -s "$1/package-lock.json" "$stamp"; then
    done_line "$2" 'up to date'
    return
  fi
  quietly "$2" npm ci --prefix "$1" --loglevel=error
  cp "$1/package-lock.json" "$stamp"
}
