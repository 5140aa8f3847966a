# What all scripts here need to know; to be sourced.
export FLINK_CONF_DIR=${FLINK_CONF_DIR:-$FLINK_HOME/conf}
export FLINK_LIB_DIR=$FLINK_HOME/lib FLINK_BIN_DIR=$FLINK_HOME/bin FLINK_OPT_DIR=$FLINK_HOME/opt
export FLINK_PLUGINS_DIR=$FLINK_HOME/plugins FLINK_LOG_DIR=$FLINK_HOME/log
class_path=$(printf '%s:' "$FLINK_LIB_DIR"/*.jar)
class_path=${class_path%:}

# What Flink's own helper of shell scripts answers, one line each.
java_utils() {
  local answer
  answer=$(java -XX:TieredStopAtLevel=1 -cp "$class_path" \
    -Dlog4j.configurationFile="$FLINK_BIN_DIR/quiet.properties" \
    org.apache.flink.runtime.util.bash.BashJavaUtils "$1" --configDir "$FLINK_CONF_DIR" "${@:2}") ||
    { echo "$answer" >&2; return 1; }
  sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p' <<<"$answer"
}

# The value of a setting, from lines of "name: value"; without quotes, empty where there is none.
setting() {
  sed -nE "s/^$2: *['\"]?(.*[^'\"])['\"]?\$/\1/p" <<<"$1" | tail -n 1
}
