#!/usr/bin/env bash
# Turns a log on standard input into records of three streams for the topic text, one a line, as
# kcat -K '|' takes them: the key is a host, the value a line. The host web gets the first half of
# the log, db the next three tenths and cache the rest, and each writes its part in the same time.
# Usage: hosts.sh <LOG | kcat -P -t text -K '|'
set -euo pipefail
export LC_ALL=C.UTF-8
awk '
  { line[NR] = $0 }
  END {
    part("web", 0, int(NR * 0.5))
    part("db", int(NR * 0.5), int(NR * 0.8))
    part("cache", int(NR * 0.8), NR)
  }
  function part(host, from, to,   i) {
    for (i = from + 1; i <= to; i++)
      printf "%.9f %s|%s\n", (i - from) / (to - from), host, line[i]
  }' | sort -s -n -k 1,1 | cut -d ' ' -f 2-
