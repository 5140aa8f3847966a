#!/usr/bin/env bash
# Turns a log on standard input into records for the topic text, one a line, as kcat -K '|' takes
# them: the key is a lane, the value the line's characters as tokens. Each lane gets a contiguous
# part of the log, and all lanes go on together, as logs of as many machines would.
# Usage: lanes.sh LANES <LOG | kcat -P -t text -K '|'
set -euo pipefail
export LC_ALL=C.UTF-8
sed -e 's/ /␣/g' -e 's/$/⏎/' -e 's/./& /g' | awk -v lanes="$1" '
  { line[NR] = $0 }
  END {
    part = int((NR + lanes - 1) / lanes)
    for (i = 1; i <= part; i++)
      for (lane = 0; lane < lanes; lane++)
        if (lane * part + i <= NR && i <= part) print lane "|" line[lane * part + i]
  }'
