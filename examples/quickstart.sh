#!/usr/bin/env bash
# Installs what is missing, builds, starts a mock provider and the sidecar, and shows what the sidecar does.
# Leaves both running until Ctrl-C; with --once it ends after the demonstration.
set -euo pipefail
cd "$(dirname "$0")/.."
source examples/prepare.sh

case ${1:-} in
  "" | --once) ;;
  *) echo "usage: bash examples/quickstart.sh [--once]" >&2; exit 2 ;;
esac

agent=http://127.0.0.1:4000/v1 admin=http://127.0.0.1:4001 provider=127.0.0.1:9000
folder=.build/quickstart
pids=()

stop() {
  trap - EXIT INT TERM
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait
}
trap stop EXIT
trap 'echo; echo "stopping"; exit 0' INT TERM

bold= dim= plain=
if [ -t 1 ]; then bold=$'\033[1m' dim=$'\033[2m' plain=$'\033[0m'; fi

heading() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }

# Shows a command the way a person would type it, then runs it.
show() {
  local word line='$'
  for word in "$@"; do
    case $word in
      *[!a-zA-Z0-9_./:=@%+,-]*) line+=" '$word'" ;;
      *) line+=" $word" ;;
    esac
  done
  printf '%s%s%s\n' "$dim" "$line" "$plain"
  "$@"
  printf '\n'
}

# start NAME COMMAND...: in the background, its output in a file that is shown should it end at once.
start() {
  local name=$1
  shift
  "$@" >"$folder/$name.log" 2>&1 &
  pids+=($!)
}

# wait_for NAME COMMAND...: until the command succeeds, while the program named last started lives.
wait_for() {
  local name=$1 tries=200
  shift
  until "$@" >/dev/null 2>&1; do
    if ! kill -0 "${pids[-1]}" 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; then
      echo "$name did not start:" >&2
      cat "$folder/$name.log" >&2
      exit 1
    fi
    sleep 0.05
  done
}

# chat USER MODEL TEXT [CURL OPTION...]
chat() {
  local user=$1 body="{\"model\": \"$2\", \"max_tokens\": 60, \"messages\": [{\"role\": \"user\", \"content\": \"$3\"}]}"
  shift 3
  show curl -sS "$@" "$agent/chat/completions" -H "x-user-id: $user" -H "content-type: application/json" -d "$body"
}

budget() { curl -sS "$admin/metrics" | grep -E '^ai_gateway_budget_(limit|used)' | sed 's/^/    /'; }

heading "What is needed"
install_missing_packages
need_swift
build_release

heading "A mock provider on port 9000 and the sidecar on port 4000"
for url in "http://$provider/" "http://127.0.0.1:4000/" "$admin/"; do
  if curl -s -o /dev/null "$url"; then
    echo "something already answers on $url; end it first" >&2
    exit 1
  fi
done
rm -rf "$folder"
mkdir -p "$folder"
start mock .build/release/aigw-mock --listen "$provider"
wait_for mock curl -fsS "http://$provider/mock/ledger"
# A made-up key, even where a real one is set: the mock has no use for it.
OPENAI_API_KEY=sk-only-the-sidecar-knows start sidecar .build/release/aigw-sidecar --policy examples/quickstart.yaml --state "$folder/state"
wait_for sidecar curl -fsS "$admin/readyz"
echo "both are up; their logs are in $folder, the policy is examples/quickstart.yaml"

heading "A call: the agent gives no key, the sidecar puts in the real one"
chat alice gpt-4o "Hello" -i

heading "The same, streamed"
show curl -sSN "$agent/chat/completions" -H "x-user-id: alice" -H "content-type: application/json" \
  -d '{"model": "gpt-4o", "stream": true, "max_tokens": 5, "messages": [{"role": "user", "content": "Hello"}]}'

heading "The budget went down by what the provider billed, to the token"
budget

heading "A fail-over: the first provider says 429, the second one answers, x-ai-fallback says so"
chat bob gpt-4o-resilient "Are you there?" -i

heading "Carol spends her 500 tokens of today"
for call in $(seq 1 40); do
  status=$(curl -sS -o "$folder/reply.json" -w '%{http_code}' "$agent/chat/completions" \
    -H "content-type: application/json" -H "x-user-id: carol" \
    -d '{"model": "gpt-4o", "max_tokens": 60, "messages": [{"role": "user", "content": "Tell me more"}]}')
  echo "    call $call: $status"
  [ "$status" = 200 ] || break
done
[ "$status" = 429 ] || { echo "the budget did not hold: the last status was $status" >&2; exit 1; }

heading "The refusal: which budget, how much, until when; SDKs do not retry it"
chat carol gpt-4o "Just one more" -i

heading "Alice is not affected, and everything is accounted for"
chat alice gpt-4o "Still here" -o /dev/null -w "status %{http_code}"
budget

heading "An agent in Python: only its base URL says that there is a sidecar"
if make_venv examples/requirements.txt; then
  OPENAI_BASE_URL=$agent show .build/venv/bin/python examples/agent.py "What is a sidecar?"
else
  echo "the openai package could not be installed, so this part is left out"
fi

[ "${1:-}" = --once ] && exit 0
heading "Yours to try until Ctrl-C"
cat <<TEXT
    export OPENAI_BASE_URL=$agent
    python my_agent.py                       # any OpenAI client; .build/venv/bin/python has the package
    curl $admin/metrics
    curl http://$provider/mock/ledger        # every call as the provider saw it
    \$EDITOR examples/quickstart.yaml         # changes are served as soon as they are saved
TEXT
wait -n "${pids[@]}" || true
echo "one of the two ended:" >&2
tail -n 3 "$folder"/*.log >&2
exit 1
