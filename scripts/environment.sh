# shellcheck shell=bash
# Sourced by the other scripts: brings what they need, and says so.
#
# After `prepare_environment GROUP...`, "$python" is the interpreter of .venv with Reporter and
# the named dependency groups installed, and the system has Pango (for PDF) and, for the group
# test, what the tests read reports with: pdftotext, Chromium, LibreOffice.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python="$root/.venv/bin/python"
# A PYTHONPATH or PYTHONHOME of somebody else's would be seen inside .venv too. Without bytecode
# every worker of the tests would compile all of them anew, twelve seconds each.
unset PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE

bold='' plain=''
if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# The interpreter itself, not a virtual environment's (the .venv to be replaced may be active).
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
    if is_new_enough "$candidate"; then
      "$candidate" -c 'import sys; print(sys._base_executable)'
      return
    fi
    [ "$candidate" != "${PYTHON:-}" ] || fail "PYTHON=$PYTHON is no Python of version 3.11 or newer"
  done
  fail "Python 3.11 or newer is needed, and none was found; PYTHON=/path/to/python3 names one"
}

# Succeeds if .venv is whole, made for this folder and, where PYTHON is set, of that Python.
# One that is not (its making was interrupted, the folder was moved) is made anew.
has_venv() {
  "$python" - "${PYTHON:+$("$base" -c 'import sys; print(sys.version)')}" 2>/dev/null <<'PY'
import sys
from importlib.metadata import distribution
from pathlib import Path

made = Path(sys.prefix, "pyvenv.cfg").read_text(encoding="utf-8")
here = sys.prefix in made or "command = " not in made
whole = distribution("pip").files  # pip's list of its files is written last
sys.exit(not (here and whole and sys.argv[1] in ("", sys.version)))
PY
}

# The libraries by the names that the dynamic linker knows them by; see WeasyPrint's installation.
has_pango() {
  "$base" - 2>/dev/null <<'PY'
import sys
from ctypes.util import find_library

names = ("pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset")
sys.exit(not all(map(find_library, names)))
PY
}

# Any browser of the family will do; the tests find it by the same names.
has_chromium() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && return
  done
  [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

# What Playwright's driver is linked with, on Linux.
has_atomic() {
  [ "$(uname)" != Linux ] \
    || "$base" -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("atomic"))'
}

# LibreOffice's program is there without the module that opens workbooks, too.
has_calc() {
  local office
  office=$(command -v soffice) || office=/Applications/LibreOffice.app/Contents/MacOS/soffice
  [ -x "$office" ] || return
  # Debian has one package for each module; elsewhere they come together.
  ! command -v dpkg-query >/dev/null || ! dpkg-query --status libreoffice-common >/dev/null 2>&1 \
    || [ "$(dpkg-query --show --showformat='${db:Status-Status}' libreoffice-calc 2>/dev/null)" \
      = installed ]
}

# Brings all that is missing from the system at once: as root with apt, else it names the command.
need_packages() {
  local why=() apt=() brew=() command log="$root/.cache/apt.log"
  if ! has_venv && ! "$base" -c 'import ensurepip, venv' 2>/dev/null; then
    why+=("the venv module of $base")
    apt+=("$("$base" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
    brew+=(python3)
  fi
  if ! has_pango; then
    why+=("Pango 1.44 or newer, with HarfBuzz (PDF layout)")
    apt+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
    brew+=(pango)
  fi
  if [[ " $* " == *" test "* ]] && ! command -v pdftotext >/dev/null; then
    why+=("pdftotext (the tests read PDF files back)")
    apt+=(poppler-utils)
    brew+=(poppler)
  fi
  if [[ " $* " == *" test "* ]] && ! has_chromium; then
    why+=("Chromium (the tests look at HTML reports in it)")
    apt+=(chromium)
    brew+=(google-chrome)
  fi
  if [[ " $* " == *" test "* ]] && ! has_atomic; then
    why+=("libatomic (Playwright drives Chromium with it)")
    apt+=(libatomic1)
  fi
  if [[ " $* " == *" test "* ]] && ! has_calc; then
    why+=("LibreOffice Calc (the tests open workbooks in it)")
    apt+=(libreoffice-calc)
    brew+=(libreoffice)
  fi
  [ ${#why[@]} -gt 0 ] || return 0

  command="apt-get update && apt-get install --yes --no-install-recommends ${apt[*]}"
  if ! command -v apt-get >/dev/null; then
    printf 'missing: %s\n' "${why[@]}" >&2
    command -v brew >/dev/null && fail "run  brew install ${brew[*]}  and then this again"
    fail "install them with your system's package manager, and run this again"
  elif [ "$(id -u)" != 0 ]; then
    printf 'missing: %s\n' "${why[@]}" >&2
    fail "run this as root, and then the script again:
  $command"
  fi
  say "Installing ${apt[*]}"
  DEBIAN_FRONTEND=noninteractive bash -c "$command" >"$log" 2>&1 </dev/null \
    || { cat "$log" >&2; fail "this did not work: $command"; }
}

make_venv() {
  has_venv && return
  say "Creating .venv with $("$base" --version)"
  rm -rf "$root/.venv"
  "$base" -m venv "$root/.venv" || fail "$base could not create $root/.venv"
}

# The stamp is a hash of what is asked for: it is installed anew when that changes.
install_reporter() {
  local group groups=() stamp wanted constraints="$root/scripts/constraints.txt"
  stamp="$root/.venv/.installed-$(IFS=-; echo "${*:-run}")"
  wanted=$("$python" -c 'import hashlib, sys
files = [open(name, "rb").read() for name in sys.argv[1:]]
print(hashlib.sha256(b"".join(files)).hexdigest())' "$root/pyproject.toml" "$constraints")
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return
  say "Installing Reporter${*:+ and the groups: $*}"
  for group in "$@"; do groups+=(--group "$root/pyproject.toml:$group"); done
  # Dependency groups need pip 25.1; Debian 12 has 23.0.
  [ $# = 0 ] || run_pip --upgrade 'pip>=25.1'
  run_pip --constraint "$constraints" --editable "$root" ${groups[@]+"${groups[@]}"}
  printf '%s\n' "$wanted" >"$stamp"
}

run_pip() {
  "$python" -m pip install --quiet --disable-pip-version-check --no-input "$@" \
    || fail "pip could not install what Reporter needs; its reasons stand above.
  Where pypi.org cannot be reached, PIP_INDEX_URL (or index-url in pip.conf) names another index"
}

prepare_environment() {
  # An assignment of its own: `local base=$(...)` would swallow the failure.
  base=$(find_python)
  mkdir -p "$root/.cache"
  need_packages "$@"
  make_venv
  install_reporter "$@"
}
