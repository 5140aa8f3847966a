#!/usr/bin/env bash
# jobmanager | standalone-job | taskmanager [ARGUMENT ...], help, or any other command.
set -euo pipefail
. "$FLINK_HOME/bin/environment.sh"

# The settings of FLINK_PROPERTIES, a line each, become part of the configuration.
configure() {
  local line changes=("-Djobmanager.rpc.address=${JOB_MANAGER_RPC_ADDRESS:-$(hostname -f)}")
  changes+=(-Dblob.server.port=6124)
  [[ -z ${TASK_MANAGER_NUMBER_OF_TASK_SLOTS:-} ]] ||
    changes+=("-Dtaskmanager.numberOfTaskSlots=$TASK_MANAGER_NUMBER_OF_TASK_SLOTS")
  while IFS= read -r line; do
    line=$(envsubst <<<"$line" | sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//')
    [[ -z $line || $line == '#'* ]] && continue
    changes+=("-D$(sed -E 's/[[:space:]]*:[[:space:]]*/=/' <<<"$line")")
  done <<<"${FLINK_PROPERTIES:-}"
  local all
  all=$(java_utils UPDATE_AND_GET_FLINK_CONFIGURATION "${changes[@]}")
  printf '%s\n' "$all" >"$FLINK_CONF_DIR/config.yaml" ||
    echo "the configuration in $FLINK_CONF_DIR cannot be written; it stays as it is" >&2
}

case ${1:-help} in
  help) echo "Usage: docker-entrypoint.sh (jobmanager|standalone-job|taskmanager|help)"; exit ;;
  jobmanager | standalone-job | taskmanager)
    configure
    exec "$FLINK_HOME/bin/$1.sh" start-foreground "${@:2}"
    ;;
  *) exec "$@" ;;
esac
