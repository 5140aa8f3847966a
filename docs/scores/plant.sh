#!/usr/bin/env bash
# Copies a log of packages to standard output and plants six lines in it that do not belong there.
set -euo pipefail
awk '
  { print }
  NR == 355 { print "2026-05-20 16:28:01 kernel: Out of memory: Killed process 4711 (java)" }
  NR == 720 { print "2026-05-20 16:28:09 sshd: Failed password for root from 203.0.113.9" }
  NR == 1100 { print "2026-05-20 16:29:40 status unpakced zqxj-wvk:amd64 9.9.9~~~~9" }
  NR == 1480 { print "Traceback (most recent call last):" }
  NR == 2230 { print "to be, or not to be, that is the question" }
  NR == 2620 { print "2026-05-20 16:31:17 DROP TABLE packages; SELECT 1;" }' "$1"
