#!/bin/sh
# Takes away what install.sh put into place. Run it as root; with --purge the configuration and the user go too.
set -e
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || { echo 'Run this as root.' >&2; exit 1; }
sh scripts/prerm remove
(cd usr && find . -type f -o -type l) | while read -r file; do rm -f "/usr/$file"; done
rmdir /usr/share/spark-nats-consumer /usr/share/doc/spark-nats-consumer 2>/dev/null || true
if [ "$1" = --purge ]; then sh scripts/postrm purge; else sh scripts/postrm remove; fi
