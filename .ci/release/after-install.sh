#!/bin/sh
# The user that loads, and its folder. Nothing is started: the configuration comes first.
set -e
if ! getent passwd pbsduck > /dev/null; then
  useradd --system --user-group --home-dir /var/lib/pbsduck --no-create-home --shell /usr/sbin/nologin pbsduck
fi
chown pbsduck:pbsduck /var/lib/pbsduck
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
