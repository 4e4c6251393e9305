"""The recorder's sockets: raw frames on the wire ends, sockets inside the host that is looked at, the kernel's log.

Runs in the network namespace that holds every wire end, for as long as the recorder does. Reads one JSON object a line
from stdin and answers each with {"ack": n}; between them it tells what arrives. After each packet it sends, it first
tells what that packet caused: veth hands a frame over, and the kernel finishes with it, before sendto() returns.
All sending is done by this one process on one CPU, so that two packets never mix their lines in the kernel's log.
"""
import ctypes
import json
import os
import select
import socket
import sys

CLONE_NEWNET = 0x40000000
PACKET_OUTGOING = 4
ETH_P_ALL = 3
OURS = ("nl", "TRACE: ")
# What conntrack says, martians, and what LOG writes.
TOLD = ("nf_conntrack", "nf_ct", "IPv4: martian", "ll header: ", " OUT=")

libc = ctypes.CDLL(None, use_errno=True)


def enter(fd):
    if libc.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")


class Hosts:
    """Sockets inside the hosts that are looked at: one raw socket each, and their services."""

    def __init__(self):
        self.raw, self.services, self.accepted = {}, {}, {}

    def open(self, host, pid, services):
        there = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        enter(there)
        try:
            self.raw[host] = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            for proto, port in services:
                s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if proto == "tcp" else socket.SOCK_DGRAM)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("0.0.0.0", port))
                if proto == "tcp":
                    s.listen(64)
                s.setblocking(False)
                self.services[s.fileno()] = (host, proto, port, s)
        finally:
            enter(home)
            os.close(there)

    def close(self, host):
        if host in self.raw:
            self.raw.pop(host).close()
        for fd, (h, _, _, s) in list(self.services.items()):
            if h == host:
                del self.services[fd]
                s.close()
        for s in self.accepted.pop(host, []):
            s.close()

    def service(self, host, proto, port):
        return next(s for h, p, n, s in self.services.values() if (h, p, n) == (host, proto, port))

    def read(self, fd):
        host, proto, port, s = self.services[fd]
        while True:
            try:
                if proto == "udp":
                    data, peer = s.recvfrom(65536)
                    say(got={"host": host, "socket": f"{proto}/{port}", "from": "%s:%d" % peer, "len": len(data)})
                else:
                    connection, peer = s.accept()
                    self.accepted.setdefault(host, []).append(connection)
                    say(got={"host": host, "socket": f"{proto}/{port}", "accepted_from": "%s:%d" % peer})
            except OSError:
                return


def frames():
    while True:
        try:
            frame, where = ends.recvfrom(65536)
        except BlockingIOError:
            return
        except OSError:
            continue
        if where[2] != PACKET_OUTGOING and frame[12:14] in (b"\x08\x00", b"\x08\x06"):
            say(frame=frame.hex(), at=where[0])


def log():
    while True:
        try:
            record = os.read(kmsg, 8192).decode("utf8", "replace")
        except BlockingIOError:
            return
        except BrokenPipeError:
            say(lost="records of the kernel log were overwritten")
            continue
        text = record.split(";", 1)[1].split("\n", 1)[0]
        if text.startswith(OURS) or any(word in text for word in TOLD):
            say(log=text)


def drain():
    log()
    frames()
    for fd in list(hosts.services):
        hosts.read(fd)


def do(c):
    what = c["do"]
    if what == "frame":
        ends.sendto(bytes.fromhex(c["hex"]), (c["to"], 0))
    elif what == "raw":
        hosts.raw[c["host"]].sendto(bytes.fromhex(c["hex"]), (c["dst"], 0))
    elif what == "udp":
        hosts.service(c["host"], "udp", c["sport"]).sendto(b"x" * c["len"], (c["dst"], c["dport"]))
    elif what == "open":
        hosts.open(c["host"], c["pid"], c["services"])
    elif what == "close":
        hosts.close(c["host"])


home = os.open("/proc/self/ns/net", os.O_RDONLY)
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
hosts = Hosts()
ends = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
ends.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
ends.setblocking(False)
kmsg = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
os.lseek(kmsg, 0, os.SEEK_END)
os.set_blocking(0, False)

say(ready=os.getpid())
sys.stdout.flush()
rest = b""
while True:
    readable, _, _ = select.select([0, ends, kmsg, *hosts.services], [], [])
    if 0 in readable:
        chunk = os.read(0, 1 << 20)
        if not chunk:
            break
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            command = json.loads(line)
            try:
                drain()
                do(command)
                drain()
                say(ack=command["n"])
            except OSError as error:
                drain()
                say(ack=command["n"], errno=os.strerror(error.errno))
    else:
        drain()
    sys.stdout.flush()
