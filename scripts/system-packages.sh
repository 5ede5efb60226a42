#!/usr/bin/env bash
# Installs the Debian packages that it is given, as far as they are missing, when it is root on Debian; otherwise says
# exactly what is missing and fails, so that nothing is ever left out in silence.
set -euo pipefail

missing=()
for package in "$@"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "installing: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "these Debian packages are needed and not installed: ${missing[*]}" >&2
  echo "as root on Debian: apt-get install ${missing[*]}" >&2
  exit 1
fi
