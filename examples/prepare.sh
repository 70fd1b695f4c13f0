# What a fresh Debian needs before aigw can be built and tried. Sourced by examples/quickstart.sh and Tests/run.sh.

packages=(
  libuv1-dev libssl-dev libjansson-dev node-llhttp libsqlite3-dev libyaml-dev zlib1g-dev pkg-config
  binutils python3-venv openssl curl tzdata
)

# Calls apt-get only when something is missing, so that a prepared machine needs neither network nor root.
install_missing_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    dpkg-query --show --showformat '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "installing ${missing[*]}"
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}"
  fi
}

need_swift() {
  command -v swift >/dev/null || {
    echo "swift is not installed; aigw needs Swift 6.2 or later: https://www.swift.org/install/linux/" >&2
    return 1
  }
}

# The static standard library makes each program one file that runs on a machine without Swift.
build_release() {
  local program
  for program in aigw-sidecar aigwd aigwctl aigw-mock; do
    swift build -c release --static-swift-stdlib --product "$program" || return 1
  done
}

# A Python environment in .build/venv that has what a requirements file says.
make_venv() {
  local requirements=$1 stamp=.build/venv/$(basename "$1").installed
  cmp -s "$requirements" "$stamp" && return
  [ -x .build/venv/bin/python ] || python3 -m venv .build/venv || return 1
  .build/venv/bin/pip install --quiet --disable-pip-version-check --requirement "$requirements" &&
    cp "$requirements" "$stamp"
}
