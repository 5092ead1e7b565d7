#!/bin/sh
# The units end when the package goes, not when it is upgraded (deb: upgrade; rpm: 1).
set -e
case "$1" in
  remove | 0)
    if [ -d /run/systemd/system ]; then
      systemctl disable --now pbsduck-ingest.timer pbsduck-follow.service || true
    fi ;;
esac
