# What docker/rehearse looks at, and how it says what it saw; to be sourced there.
# shellcheck shell=bash disable=SC2154
readonly project=flink-lm-rehearsal dashboard=docker/grafana/dashboards/flink-lm.json
log=$(mktemp)

say() { printf '\n== %s\n' "$*"; }
fail() { echo "docker/rehearse: $*" >&2; exit 1; }

compose() {
  if docker compose version >/dev/null 2>&1; then
    docker compose -p $project "${files[@]}" "$@"
  else
    docker-compose -p $project "${files[@]}" "$@"
  fi
}

# await SECONDS WHAT COMMAND ...: until the command succeeds.
await() {
  local end=$((SECONDS + $1)) from=$SECONDS what=$2
  shift 2
  until "$@"; do
    ((SECONDS < end)) || fail "not within $((end - from)) s: $what"
    sleep 1
  done
  echo "$what (after $((SECONDS - from)) s)"
}

# Several lines where a service has several.
container() { compose ps -q "$1"; }

healthy() {
  local service ids id state
  for service in "$@"; do
    ids=$(container "$service") && [[ -n $ids ]] || return 1
    for id in $ids; do
      state=$(docker inspect --format \
        '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}} {{.State.ExitCode}}{{end}}' "$id") || return 1
      [[ $state == healthy || $state == "running 0" || $service/$state == "topics/exited 0" ]] || return 1
    done
  done
}

# What Prometheus answers, a line each: labels => value.
query() { compose exec -T prometheus promtool query instant http://localhost:9090 "$1" 2>/dev/null </dev/null | grep -v NaN; }
value() { query "$1" | sed -nE 's/.* => ([^ ]*) .*/\1/p' | head -n 1; }
query_above() { awk -v v="$(value "$1")" -v n="$2" 'BEGIN { exit !(v != "" && v + 0 > n + 0) }'; }

# A training of several replicas is reported by an operator of its own.
readonly of_train='flink_taskmanager_job_task_operator_step{operator_name=~"train|report"}'
# Of a series that still moves: for some minutes Prometheus also answers with what is no longer there.
readonly moving_step="max($of_train and rate(${of_train}[15s]) > 0)"
reaches() { query_above "$moving_step" "$(($1 - 1))"; }
step() {
  await 60 "" reaches 1 >/dev/null
  value "$moving_step"
}
# A label of the series whose step still moves: service, job_id.
moving() { query "max by ($1) (rate(${of_train}[15s]) > 0)" | sed -nE "s/.*$1=\"([^\"]*)\".*/\1/p" | head -n 1; }
trains_on() { [[ $(moving service) == "$1" ]]; }
is_another_job() { [[ -n $(moving job_id) && $(moving job_id) != "$1" ]]; }

# Where replicas train, a line each: the service of every process whose rounds still move, and rounds a second.
replicas() {
  query 'sum by (service, instance) (rate(flink_taskmanager_job_task_operator_roundsCompleted{operator_name="train"}[15s]) > 0)'
}
# replicas_on SERVICE ...: on one container of each that is named, and nowhere else; names in their order.
replicas_on() { [[ $(replicas | sed -nE 's/.*service="([^"]*)".*/\1/p' | sort | xargs) == "$*" ]]; }

# goes_on STEP MORE: so many steps further.
goes_on() {
  await 240 "$2 steps behind step $1" reaches "$(($1 + $2))"
}

# Lines since the container last started.
logs() {
  docker logs --since "$(docker inspect --format '{{.State.StartedAt}}' "$(container "$1")")" "$(container "$1")" 2>&1
}
logged() { logs "$1" >"$log"; grep -q -- "$2" "$log"; }

start_seconds() {
  local started ran
  started=$(docker inspect --format '{{.State.StartedAt}}' "$(container jobmanager)")
  logs jobmanager >"$log"
  ran=$(sed -nE 's/^([0-9-]+ [0-9:]+),.*switched from state CREATED to RUNNING.*/\1/p' "$log" | head -n 1)
  [[ -n $ran ]] || fail "the JobManager's log does not say when the job ran"
  echo $(($(date -u -d "$ran" +%s) - $(date -u -d "$started" +%s)))
}

restored_from_checkpoint() {
  logged jobmanager 'Restoring job .* from Checkpoint [1-9]' || fail "the job was not restored from a checkpoint"
  grep -oE 'Restoring job .* from Checkpoint [0-9]+' "$log" | tail -n 1 | sed -E 's/job [0-9a-f]+/the job/'
}

no_class_loader_error() {
  local service
  for service in jobmanager taskmanager-reserve; do
    ! logged "$service" 'another classloader\|UnsatisfiedLinkError\|NoClassDefFoundError.*flinklm\|LinkageError' ||
      fail "$service: $(grep -m 1 'classloader\|UnsatisfiedLinkError\|LinkageError' "$log")"
  done
  echo "resubmitted to the same process, without a class-loader error"
}

every_query_gives_numbers() {
  local expression count=0
  while IFS= read -r expression; do
    count=$((count + 1))
    # Prequential numbers are of new text alone, and the text of the producer comes again and again.
    if [[ $expression == *_prequential* ]]; then
      echo "$expression  left out"
      continue
    fi
    await 120 "$expression" gives_numbers "$expression" >/dev/null
    echo "$expression  $(value "$expression")"
  done < <(sed -nE 's/.*"expr": "(([^"\\]|\\.)*)".*/\1/p' $dashboard | sed 's/\\"/"/g')
  [[ $count == $(grep -o '"expr"' $dashboard | wc -l) ]] || fail "$count queries were read from $dashboard, not all"
  echo "$count queries"
}
gives_numbers() { [[ -n $(value "$1") ]]; }

# Neither in the settings and command lines of containers nor in what they print.
no_secret_is_seen() {
  local all id password
  all=$(docker ps -aq --filter label=com.docker.compose.project=$project)
  for id in $all; do docker inspect "$id"; docker logs "$id" 2>&1; done >"$log"
  while read -r password; do
    ! grep -qF "$password" "$log" || fail "a password is seen in docker inspect or docker logs"
  done < <(grep -oh 'password="[^"]*"' secrets/*/sasl.jaas.config | cut -d '"' -f 2 | sort -u)
  echo "docker inspect and docker logs show no password"
}

# docker compose down would leave those behind.
no_volume_without_a_name() {
  local id
  for id in $(compose ps -q); do
    ! docker inspect --format '{{range .Mounts}}{{.Name}} {{end}}' "$id" | grep -qE '[0-9a-f]{64}' ||
      fail "a volume without a name: $(docker inspect --format '{{.Name}}' "$id")"
  done
}

take_down() { compose down -v --remove-orphans; }

nothing_is_left() {
  local kind left
  for kind in "ps -aq" "volume ls -q" "network ls -q"; do
    # shellcheck disable=SC2086
    left=$(docker $kind --filter label=com.docker.compose.project=$project)
    [[ -z $left ]] || fail "left over: docker $kind: $left"
  done
}
