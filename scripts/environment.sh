# Sourced by the other scripts: creates what they need and says what it does.
#
# After `prepare_environment GROUP...`, "$python" is the interpreter of .venv with Reporter and
# the named dependency groups installed, and Pango (for PDF) is on the system.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python="$root/.venv/bin/python"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# install_packages WHY PACKAGE...: with apt when root on Debian, else says the exact command.
install_packages() {
  local why=$1; shift
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    say "Installing $* ($why)"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        --no-install-recommends "$@"; } >/dev/null 2>"$root/.cache/apt.log" \
      || { cat "$root/.cache/apt.log" >&2; fail "apt-get could not install: $*"; }
  elif command -v apt-get >/dev/null; then
    fail "$why is missing. Run:  sudo apt-get install $*"
  elif command -v brew >/dev/null; then
    fail "$why is missing. Run:  brew install pango poppler"
  else
    fail "$why is missing. Install Pango 1.44 or newer with your system's package manager."
  fi
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is needed; none was found. Set PYTHON to one."
}

make_venv() {
  [ -x "$python" ] && "$python" -m pip --version >/dev/null 2>&1 && return
  local base; base=$(find_python)
  say "Creating .venv with $("$base" --version)"
  rm -rf "$root/.venv"
  if ! "$base" -m venv "$root/.venv" >/dev/null 2>&1; then
    local version; version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    install_packages "Python's venv module" "python$version-venv"
    rm -rf "$root/.venv"
    "$base" -m venv "$root/.venv" || fail "could not create $root/.venv"
  fi
}

# The stamp is the project file with the groups: they are installed anew only when it changes.
install_reporter() {
  local stamp="$root/.venv/.installed-$(printf '%s-' "${@:-run}")"
  local wanted; wanted=$("$python" - "$root/pyproject.toml" <<'PYTHON'
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest())
PYTHON
)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return
  say "Installing Reporter${*:+ and the groups: $*}"
  local group groups=()
  for group in "$@"; do groups+=(--group "$root/pyproject.toml:$group"); done
  # Dependency groups need pip 25.1.
  "$python" -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1' \
    && "$python" -m pip install --quiet --disable-pip-version-check \
      --editable "$root" "${groups[@]}" \
    || fail "pip could not install the dependencies"
  printf '%s\n' "$wanted" >"$stamp"
}

need_pango() {
  "$python" - <<'PYTHON' 2>/dev/null && return
import ctypes.util, sys
sys.exit(not all(map(ctypes.util.find_library, ["pango-1.0", "pangoft2-1.0", "harfbuzz"])))
PYTHON
  install_packages "Pango (PDF layout)" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
}

prepare_environment() {
  mkdir -p "$root/.cache"
  make_venv
  install_reporter "$@"
  need_pango
}
