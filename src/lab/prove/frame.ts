/** What every such script has in common, before and behind the lab. */

export const HEAD = `#!/bin/bash
# The lab "LAB" of Netfilter Lab, on a real Linux. It needs root and iproute2, iptables, conntrack, procps, python3 and curl,
# and ipset where the lab has sets.
# All is done in network namespaces of its own, which are gone when it ends; exit status 0: the tables are the same.
set -u
[ "$(id -u)" = 0 ] || { echo 'run it as root' >&2; exit 2; }
needs() { command -v "$1" >/dev/null || { echo "$1 is not there" >&2; exit 2; }; }
for tool in ip iptables conntrack sysctl python3; do needs "$tool"; done
P=lab$$
W=$(mktemp -d)
NAMES=()
PIDS=()
SERVICES=()
finish() {
  [ \${#PIDS[@]} -eq 0 ] || kill "\${PIDS[@]}" 2>/dev/null
  for ns in "\${NAMES[@]}"; do ip netns del "$ns"; rm -rf "/etc/netns/$ns"; done
  rm -rf "$W"
}
trap finish EXIT
# The lab's iptables is the one that writes to the kernel's own tables.
mkdir "$W/bin"
for tool in iptables iptables-save iptables-restore; do
  legacy=$(command -v "\${tool/iptables/iptables-legacy}") && ln -s "$legacy" "$W/bin/$tool"
done
export PATH="$W/bin:$PATH"

# What was typed in a lab must write no file and start no program.
sed() { command sed --sandbox "$@"; }
export -f sed

host() { ip netns add "$P-$1" && NAMES+=("$P-$1"); }
names() { for ns in "\${NAMES[@]}"; do mkdir -p "/etc/netns/$ns"; printf '%s\\n' "$1" > "/etc/netns/$ns/hosts"; : > "/etc/netns/$ns/resolv.conf"; done; }
wire() { ip link add "$2" netns "$P-$1" address "$3" type veth peer name "$5" netns "$P-$4" address "$6"; }
switch() { ip netns add "$P-s$1" && NAMES+=("$P-s$1"); ip -n "$P-s$1" link add name bridge0 type bridge; ip -n "$P-s$1" link set dev bridge0 up; }
plug() {
  ip link add "$3" netns "$P-$2" address "$4" type veth peer name "$2-$3" netns "$P-s$1"
  ip -n "$P-s$1" link set "$2-$3" master bridge0 up
}
file() { mkdir -p "$(dirname "$W/$1$2")"; printf '%s' "$3" > "$W/$1$2"; }
serve() {
  ip netns exec "$P-$1" python3 -c '
import http.server, socketserver, sys
socketserver.ThreadingTCPServer.daemon_threads = True
class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = b"<html><body>It works!</body></html>\\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words):
        pass
socketserver.ThreadingTCPServer(("0.0.0.0", int(sys.argv[1])), Page).serve_forever()' "$2" &
  PIDS+=($!)
  SERVICES+=("$1 $2")
}
ready() {
  for service in "\${SERVICES[@]}"; do
    for _ in $(seq 300); do
      ip netns exec "$P-\${service% *}" ss -Hltn "sport = :\${service#* }" | grep -q . && break
      sleep 0.1
    done
  done
  # Bridges and cards need a moment until they carry frames.
  sleep 1
}
on() { echo "$1# $2"; timeout 30 ip netns exec "$P-$1" bash -c "$2" </dev/null; }
show() { echo "$1# \${2%% | *}"; ip netns exec "$P-$1" bash -c "$2"; }
`

export const TAIL = `cat "$W/tables"
if diff -u "$W/expected" "$W/tables" > "$W/diff"; then
  echo '== the lab says the same'
else
  echo '== the lab says otherwise (-), this Linux (+)'
  cat "$W/diff"
  exit 1
fi
`
