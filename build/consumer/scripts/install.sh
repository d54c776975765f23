#!/bin/sh
# For systems without dpkg: puts the files of this archive into place, as the Debian package does. Run it as root.
set -e
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || { echo 'Run this as root.' >&2; exit 1; }
was=
if [ -x /usr/bin/spark-nats-consumer ]; then
  was=installed
  # "spark-nats-consumer 0.1.0 (Node 24.21.0)": an older version than that asks the database first.
  version=$(/usr/bin/spark-nats-consumer version | cut -d' ' -f2)
  sh scripts/preinst upgrade "$version"
fi
# Renamed into place: the file of a running program cannot be written to.
(cd usr && find . -type d) | while read -r folder; do install -d -m 0755 "/usr/$folder"; done
(cd usr && find . -type f) | while read -r file; do
  cp -p "usr/$file" "/usr/$file.new" && mv "/usr/$file.new" "/usr/$file"
done
ln -sf spark-nats-consumer /usr/bin/spark-db
sh scripts/postinst configure "$was"
