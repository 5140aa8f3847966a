#!/usr/bin/env bash
# Runs a process of Flink in the foreground, the one that this script's name says:
#   jobmanager.sh | standalone-job.sh | taskmanager.sh start-foreground [ARGUMENT ...]
set -euo pipefail
. "$FLINK_HOME/bin/environment.sh"
name=$(basename "$0" .sh)
[[ ${1:-} == start-foreground ]] || { echo "$name.sh: only start-foreground is here" >&2; exit 2; }
shift

settings=$(java_utils UPDATE_AND_GET_FLINK_CONFIGURATION -flatten "$@")
options="${JVM_ARGS:-} $(setting "$settings" env.java.opts.all)"
dynamic=()
if [[ $name == taskmanager ]]; then
  class=org.apache.flink.runtime.taskexecutor.TaskManagerRunner
  resources=$(java_utils GET_TM_RESOURCE_PARAMS "$@")
  options+=" $(setting "$settings" env.java.opts.taskmanager)"
  read -ra dynamic <<<"$(tail -n 1 <<<"$resources")"
else
  class=org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint
  [[ $name == standalone-job ]] && \
    class=org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint
  resources=$(java_utils GET_JM_RESOURCE_PARAMS "$@")
  options+=" $(setting "$settings" env.java.opts.jobmanager)"
  read -ra dynamic <<<"$(tail -n 1 <<<"$resources")"
fi
read -ra jvm <<<"$(head -n 1 <<<"$resources") $options"

exec java "${jvm[@]}" -Dlog.file="$FLINK_LOG_DIR/flink-$name-$(hostname).log" \
  -Dlog4j.configurationFile="$FLINK_CONF_DIR/log4j-console.properties" \
  -cp "$class_path" "$class" "${dynamic[@]}" --configDir "$FLINK_CONF_DIR" "$@"
