#!/usr/bin/env bash
# Debian packages that the tests need: installs what is missing when it is root on Debian, and otherwise says exactly
# what is missing and fails, so that no test is ever left out in silence.
set -euo pipefail

packages=(python3 python3-websockets python3-numpy gzip)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "installing for the tests: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "the tests need these Debian packages, which are not installed: ${missing[*]}" >&2
  echo "as root on Debian: apt-get install ${missing[*]}" >&2
  exit 1
fi
