/** The ways of a packet through a host. */
import type { SectionRule } from '../feature.ts'

const ip = 'kernel/ip.ts'
const icmp = 'kernel/icmp.ts'

export const paths: SectionRule = {
  id: 'paths',
  features: [
    {
      id: 'path.forward',
      model: [ip, 'kernel/path.machine.ts'],
      held: (s) =>
        s.shot((one) =>
          one.packets.some(
            (p) => p.verdict === 'forwarded' && p.trace.some((t) => t.at === '@passed:FORWARD'),
          ),
        ),
    },
    { id: 'path.input', model: [ip], held: (s) => s.packets.some((p) => p.verdict === 'delivered') },
    { id: 'path.output', model: [ip], held: (s) => s.shot((one) => one.local) },
    {
      id: 'path.answer',
      model: [icmp, 'kernel/tcp/tcp.ts'],
      held: (s) => s.packets.some((p) => p.origin === 'dut' && p.trace.some((t) => t.at === '@OUTPUT')),
    },
    {
      id: 'path.loopback',
      model: [ip],
      held: (s) => s.packets.some((p) => p.trace.some((t) => t.in === 'lo')),
    },
    {
      id: 'path.reroute',
      model: [ip],
      held: (s) =>
        s.shot((one) => one.local) &&
        s.rules.some(
          (r) =>
            r.chain === 'OUTPUT' &&
            ((r.table === 'mangle' && /MARK|TOS|DSCP/.test(r.target)) || r.target === 'DNAT'),
        ),
    },
    {
      id: 'path.back_out',
      model: [ip],
      held: (s) =>
        s.packets.some(
          (p) =>
            p.origin !== 'dut' &&
            p.verdict === 'forwarded' &&
            p.wire?.some((f) => f.at === p.origin) === true,
        ),
    },
    { id: 'path.forwarding_off', model: ['kernel/route.ts'], held: (s) => s.dies(/IP_INADDRERRORS/) },
    {
      id: 'path.forwarding_device',
      model: ['kernel/sysctl-access.ts', 'kernel/route.ts'],
      held: (s) => s.types(/conf\.\S+\.forwarding=/),
    },
    { id: 'path.ttl', model: [ip], held: (s) => s.dies(/IP_INHDR/, /ip_forward/) },
    {
      id: 'path.mtu',
      model: [ip],
      held: (s) => s.dies(/PKT_TOO_BIG/) || s.sends((f) => f.type === 3 && f.code === 4),
    },
    {
      id: 'path.checksum',
      model: [ip, 'kernel/conntrack/core.ts'],
      held: (s) => s.shot((one) => one.spec.badcsum === true),
    },
    { id: 'path.other_host', model: [ip], held: (s) => s.dies(/OTHERHOST/) },
    {
      id: 'path.broadcast',
      model: [ip, 'kernel/fib.ts'],
      held: (s) => s.shot((one) => one.spec.dmac === 'ff:ff:ff:ff:ff:ff' || /\.255$/.test(one.spec.dst)),
    },
    {
      id: 'path.multicast',
      model: [ip, 'kernel/route.ts'],
      held: (s) => s.shot((one) => /^2(2[4-9]|3\d)\./.test(one.spec.dst)),
    },
    {
      id: 'path.icmp_error',
      model: [`${icmp} icmp_send`],
      held: (s) =>
        s.sends((f, p) => p.origin === 'dut' && f.proto === 'icmp' && [3, 11, 12].includes(f.type ?? 0)),
    },
    {
      id: 'path.icmp_source',
      model: [`${icmp} icmp_send`],
      held: (s) =>
        s.types(/icmp_errors_use_inbound_ifaddr=1/) ||
        (s.types(/ip (addr add|route add .* src)/) &&
          s.sends((f, p) => p.origin === 'dut' && f.proto === 'icmp')),
    },
    {
      id: 'path.icmp_limit',
      model: [`${icmp} icmp_global_allow`],
      held: (s) => s.types(/icmp_(ratelimit|ratemask|msgs_)/),
    },
    {
      id: 'path.redirect',
      model: [`${icmp} ip_rt_send_redirect`],
      held: (s) => s.sends((f) => f.proto === 'icmp' && f.type === 5),
    },
    { id: 'path.errno', model: ['kernel/socket.ts', ip], held: (s) => s.shot((one) => one.errno !== '') },
    {
      id: 'path.link_down',
      model: ['kernel/netlink.ts'],
      held: (s) => s.types(/ip link set \S+ down/),
    },
    {
      id: 'path.address_gone',
      model: ['kernel/netlink.ts'],
      held: (s) => s.types(/ip addr del/),
    },
  ],
}

export const routing: SectionRule = {
  id: 'routing',
  features: [
    {
      id: 'route.connected',
      model: ['kernel/fib.ts'],
      held: (s) => s.packets.some((p) => p.verdict === 'forwarded') && !s.types(/ip (route|rule)/),
    },
    {
      id: 'route.static',
      model: ['kernel/fib.ts', 'kernel/netlink-route.ts'],
      held: (s) => s.types(/ip route (add|replace)/),
    },
    { id: 'route.default', model: ['kernel/fib.ts'], held: (s) => s.types(/ip route (add|replace) default/) },
    { id: 'route.metric', model: ['kernel/fib.ts'], held: (s) => s.types(/ip route add .*metric/) },
    { id: 'route.none', model: ['kernel/icmp.ts ip_error'], held: (s) => s.dies(/IP_INNOROUTES/) },
    {
      id: 'route.refusing',
      model: ['kernel/fib.ts'],
      held: (s) => s.types(/ip route add (unreachable|prohibit|blackhole)/),
    },
    {
      id: 'route.local',
      model: ['kernel/fib.ts', 'kernel/route.ts'],
      held: (s) => s.types(/route_localnet=1|ip route add local/) || s.dies(/IP_LOCALNET/),
    },
    { id: 'route.rp_filter', model: ['kernel/route.ts'], held: (s) => s.types(/rp_filter=[12]/) },
    {
      id: 'route.rp_strict',
      model: ['kernel/route.ts'],
      held: (s) => s.types(/rp_filter=1/) && s.dies(/IP_RPFILTER/),
    },
    { id: 'route.src_valid_mark', model: ['kernel/route.ts'], held: (s) => s.types(/src_valid_mark=1/) },
    { id: 'route.rp_loose', model: ['kernel/route.ts'], held: (s) => s.types(/rp_filter=2/) },
    {
      id: 'route.martian',
      model: ['kernel/route.ts', 'kernel/martian.ts'],
      held: (s) => s.dies(/IP_INVALID_SOURCE|IP_LOCAL_SOURCE|IP_LOCALNET|IP_INVALID_DEST/),
    },
    { id: 'route.accept_local', model: ['kernel/route.ts'], held: (s) => s.types(/accept_local=1/) },
    {
      id: 'route.change',
      model: ['kernel/fib.ts'],
      held: (s) => s.steps.some((step) => /^ip (route|rule)/.test(step.cmd ?? '')),
    },
    {
      id: 'policy.table',
      model: ['kernel/fib.ts', 'kernel/netlink-rule.ts'],
      held: (s) => s.types(/ip rule add/),
    },
    { id: 'policy.mark', model: ['kernel/fib.ts'], held: (s) => s.types(/ip rule add .*fwmark/) },
    {
      id: 'policy.from',
      model: ['kernel/fib.ts'],
      held: (s) => s.types(/ip rule add .*\b(from|to|iif) (?!all)/),
    },
    { id: 'policy.tos', model: ['kernel/fib.ts'], held: (s) => s.types(/ip rule add .*(tos|dsfield)/) },
    {
      id: 'policy.action',
      model: ['kernel/fib.ts'],
      held: (s) => s.types(/ip rule add .*(blackhole|prohibit|unreachable)|ip route add throw/),
    },
  ],
}

export const neighbours: SectionRule = {
  id: 'neighbours',
  features: [
    { id: 'neigh.ask', model: ['kernel/neigh.ts'], held: (s) => s.shot((one) => one.arp) },
    {
      id: 'neigh.failed',
      model: ['kernel/neigh.ts'],
      held: (s) => s.logs(/NEIGH_FAILED/) || s.dies(/NEIGH_FAILED/),
    },
    {
      id: 'neigh.queue',
      model: ['kernel/neigh.ts'],
      held: (s) => s.types(/ip neigh/) && s.shot((one) => one.arp),
    },
    { id: 'neigh.purge', model: ['kernel/neigh.ts'], held: (s) => s.logs(/QUEUE_PURGE/) },
  ],
}

const bridge = 'kernel/bridge.ts'

export const bridges: SectionRule = {
  id: 'bridges',
  features: [
    {
      id: 'bridge.iptables',
      model: [bridge],
      held: (s) => s.packets.some((p) => p.trace.some((t) => t.at.includes(':FORWARD:') && 'physin' in t)),
    },
    {
      id: 'bridge.off',
      model: [bridge],
      held: (s) => s.types(/bridge-nf-call-iptables=0/),
    },
    {
      id: 'bridge.to_host',
      model: [bridge],
      held: (s) =>
        bridged(s.file) &&
        s.packets.some((p) => p.trace.some((t) => t.at === '@passed:INPUT' && 'physin' in t)),
    },
    {
      id: 'bridge.routed',
      model: [bridge],
      held: (s) =>
        s.packets.some(
          (p) =>
            p.verdict === 'forwarded' &&
            p.trace.some(
              (t) =>
                t.at === '@passed:FORWARD' &&
                t.in !== t.out &&
                (isBridge(s.file, t.in) || isBridge(s.file, t.out)),
            ),
        ),
    },
    {
      id: 'bridge.flood',
      model: [bridge],
      held: (s) =>
        bridged(s.file) &&
        s.packets.some((p) => p.origin !== 'dut' && new Set(p.wire?.map((f) => f.at)).size > 1),
    },
    {
      id: 'bridge.nat',
      model: [bridge],
      held: (s) => bridged(s.file) && s.rule(/-j (SNAT|DNAT|MASQUERADE|REDIRECT)/, 'nat'),
    },
    {
      id: 'bridge.reject',
      model: [bridge, 'kernel/reject.ts'],
      held: (s) => bridged(s.file) && s.rule(/-j REJECT/),
    },
    { id: 'bridge.hairpin', model: [bridge], held: (s) => s.types(/hairpin on/) },
    {
      id: 'bridge.ports',
      model: [bridge, 'kernel/netlink-bridge.ts'],
      held: (s) => bridged(s.file) && s.types(/ip link set \S+ (up|down|master|nomaster)/),
    },
    {
      id: 'bridge.fragments',
      model: [bridge, 'kernel/frag.ts'],
      held: (s) => bridged(s.file) && s.shot((one) => one.spec.frag !== undefined),
    },
    { id: 'bridge.drops', model: [bridge], held: (s) => s.dies(/./, /^br_/) },
  ],
}

type File = { dut: string; hosts: Record<string, { bridges?: Record<string, unknown> }> }

function bridged(file: File): boolean {
  return file.hosts[file.dut].bridges !== undefined
}

function isBridge(file: File, dev: string | undefined): boolean {
  return dev !== undefined && dev in (file.hosts[file.dut].bridges ?? {})
}

const frag = 'kernel/frag.ts'

export const fragments: SectionRule = {
  id: 'fragments',
  features: [
    { id: 'frag.reassembly', model: [frag], held: (s) => s.packets.some((p) => p.verdict === 'held') },
    {
      id: 'frag.cut',
      model: [frag],
      held: (s) => s.sends((f) => f.frag !== undefined),
    },
    {
      id: 'frag.asleep',
      model: [frag],
      held: (s) => s.file.conntrack === 'auto' && s.shot((one) => one.spec.frag !== undefined),
    },
    {
      id: 'frag.timeout',
      model: [frag],
      held: (s) => s.logs(/FRAG_REASM_TIMEOUT/) || s.sends((f) => f.type === 11 && f.code === 1),
    },
    { id: 'frag.bad', model: [frag], held: (s) => s.dies(/./, /ip_defrag/) },
    {
      id: 'frag.df',
      model: [frag],
      held: (s) => s.shot((one) => one.spec.frag !== undefined && one.spec.df === true),
    },
  ],
}
