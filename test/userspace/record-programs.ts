/**
 * Records what the real programs print for the lines of program-lines.txt, into test/recorded/programs.json. As root on a
 * Debian 12 with iproute2, procps, conntrack, iputils-ping, curl, iptables, ethtool, tcpdump, net-tools, traceroute:
 *
 *     node --import ./scripts/typescript.mjs test/userspace/record-programs.ts [SCENE...]
 *
 * The hosts are network namespaces, joined as in programs.test.ts. What belongs to a namespace only (`eth0@if5`,
 * link-netns) is taken out of the text. Without names all scenes are recorded, else only those.
 *
 * OLD=FOLDER records programs.2018.json: what conntrack 1.4.4, sysctl of procps 3.3.12 and iptables 1.6.1, compiled from
 * their tags into that folder, say on the same kernel.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scenes, type RecordedLine } from './program-scenes.ts'

/** Of the names of namespaces: two recorders at once need two. */
const PREFIX = process.env['RECORD_PREFIX'] ?? 'rec-'
const HOSTS = ['pc1', 'pc2', 'gateway', 'baidu']
const NAMES = `127.0.0.1\tlocalhost
123.125.115.110\tbaidu.com
123.125.115.110\tbaidu
192.168.0.1\tgateway
192.168.0.2\tpc1
192.168.0.3\tpc2
`

/** Answers as src/userspace/services/http.ts does on the host baidu. */
const SERVER = `
const page = '<!DOCTYPE html>\\n<html>\\n<head><title>baidu</title></head>\\n<body>\\n<h1>baidu</h1>\\n' +
  '<p>It works: your packets found the way, and so did mine.</p>\\n</body>\\n</html>\\n'
require('net').createServer((s) => s.on('error', () => 0).on('data', (data) => {
  const [, method, path] = /^(\\w+) (\\S+)/.exec(String(data))
  const status = path === '/' ? '200 OK' : '404 Not Found'
  const text = path === '/' ? page : status + '\\n'
  s.write('HTTP/1.1 ' + status + '\\r\\nServer: nginx\\r\\nContent-Type: text/html\\r\\nContent-Length: ' +
    text.length + '\\r\\n\\r\\n' + (method === 'HEAD' ? '' : text))
})).listen(80)`

function must(line: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${line}: ${stderr}`)
}

const on = (host: string, line: string): void => {
  must(`ip netns exec ${PREFIX}${host} ${line}`)
}

function build(): void {
  for (const host of [...HOSTS, 'switch']) {
    must(`ip netns add ${PREFIX}${host}`)
    on(host, 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1')
    on(host, 'ip link set lo up')
    // As a kernel has it by itself, whatever this machine's prefer.
    writeFileSync(
      `/tmp/${PREFIX}rmem`,
      'net.ipv4.tcp_rmem=4096 131072 6291456\nnet.ipv4.tcp_congestion_control=reno\n',
    )
    on(host, `sysctl -qp /tmp/${PREFIX}rmem`)
    mkdirSync(`/etc/netns/${PREFIX}${host}`, { recursive: true })
    writeFileSync(`/etc/netns/${PREFIX}${host}/hosts`, NAMES)
    writeFileSync(`/etc/netns/${PREFIX}${host}/nsswitch.conf`, 'hosts: files\nnetworks: files\n')
  }
  on('switch', 'ip link add br0 type bridge')
  on('switch', 'ip link set br0 up')
  const ends: [host: string, mac: string, address: string][] = [
    ['pc1', '02:0a:00:00:01:01', '192.168.0.2/24'],
    ['pc2', '02:0a:00:00:02:01', '192.168.0.3/24'],
    ['gateway', '02:0a:00:00:03:01', '192.168.0.1/24'],
  ]
  for (const [host, mac] of ends) {
    must(
      `ip link add ${host} netns ${PREFIX}switch type veth peer name eth0 netns ${PREFIX}${host} address ${mac}`,
    )
    on('switch', `ip link set ${host} master br0 up`)
  }
  must(
    `ip link add eth1 netns ${PREFIX}gateway address 02:0a:00:00:03:02 type veth ` +
      `peer name eth0 netns ${PREFIX}baidu address 02:0a:00:00:04:01`,
  )
  for (const [host, , address] of ends) {
    on(host, 'ip link set eth0 up')
    on(host, `ip addr add ${address} dev eth0`)
    for (const [other, mac, to] of ends)
      if (other !== host) on(host, `ip neigh add ${to.split('/')[0]} lladdr ${mac} dev eth0`)
  }
  on('gateway', 'ip link set eth1 up')
  on('gateway', 'ip addr add 100.100.100.100/24 dev eth1')
  on('gateway', 'ip neigh add 123.125.115.110 lladdr 02:0a:00:00:04:01 dev eth1')
  on('baidu', 'ip link set eth0 up')
  on('baidu', 'ip addr add 123.125.115.110/32 dev eth0')
  on('baidu', 'ip route add 100.100.100.0/24 dev eth0')
  on('baidu', 'ip neigh add 100.100.100.100 lladdr 02:0a:00:00:03:02 dev eth0')
  // A card here sends what its kernel makes: neither joined segments nor checksums that some chip would write.
  for (const [host, devs] of [
    ['pc1', 'eth0'],
    ['pc2', 'eth0'],
    ['gateway', 'eth0 eth1'],
    ['baidu', 'eth0'],
  ] as const)
    for (const dev of devs.split(' ')) on(host, `ethtool -K ${dev} tx off tso off gso off gro off`)
  on('pc1', 'ip route add default via 192.168.0.1')
  on('pc2', 'ip route add default via 192.168.0.1')
  on('gateway', 'ip route add default dev eth1')
}

function tearDown(): void {
  for (const host of [...HOSTS, 'switch']) {
    // What lines have left running goes with their host.
    const { stdout } = spawnSync('ip', ['netns', 'pids', PREFIX + host], { encoding: 'utf8' })
    for (const pid of (stdout ?? '').split('\n')) if (pid !== '') process.kill(Number(pid), 'SIGKILL')
    spawnSync('ip', ['netns', 'del', PREFIX + host])
    rmSync(`/etc/netns/${PREFIX}${host}`, { recursive: true, force: true })
  }
}

/** What only a namespace shows. A column of `ip -br` keeps its width. */
function ordinary(text: string): string {
  return text
    .replace(
      /^(\w+)(@if\d+)( {2,})/gm,
      (_, name: string, at: string, gap: string) => name + ' '.repeat(at.length) + gap,
    )
    .replace(/@if\d+/g, '')
    .replace(/ link-netns(id)? \S+/g, '')
    .replace(/"link_index":\d+,|,"link_netnsid":\d+/g, '')
    .replace(/\n +"link_index": \d+,|,\n +"link_netnsid": \d+/g, '')
}

function record(
  scene: { name: string; lines: { host: string; line: string }[] },
  bin: string,
): RecordedLine[] {
  tearDown()
  build()
  const server = spawn('ip', ['netns', 'exec', `${PREFIX}baidu`, process.execPath, '-e', SERVER])
  spawnSync('sleep', ['1'])
  const dir = mkdtempSync(join(tmpdir(), 'programs-'))
  // Where the names of labels are, if anybody writes them down.
  const xtables = existsSync('/etc/xtables') ? null : '/etc/xtables'
  if (xtables !== null) mkdirSync(xtables)
  try {
    return scene.lines.map(({ host, line }) => {
      const { stdout, stderr, status } = spawnSync(
        'ip',
        ['netns', 'exec', PREFIX + host, 'bash', '-c', line],
        {
          cwd: dir,
          encoding: 'utf8',
          timeout: 20_000,
          input: '',
          env: { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: '/root', LC_ALL: 'C.UTF-8' },
        },
      )
      if (status === null) throw new Error(`did not end: ${line}`)
      spawnSync('sleep', ['0.1'])
      return { scene: scene.name, host, line, stdout: ordinary(stdout), stderr: ordinary(stderr), status }
    })
  } finally {
    server.kill()
    rmSync(dir, { recursive: true })
    if (xtables !== null) rmSync(xtables, { recursive: true })
    tearDown()
  }
}

const old = process.env['OLD']
const file = new URL(old ? '../recorded/programs.2018.json' : '../recorded/programs.json', import.meta.url)
const wanted = process.argv.slice(2)
const all = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RecordedLine[]) : []
const bin = mkdtempSync(join(tmpdir(), 'bin-'))
if (!old)
  for (const name of ['iptables', 'iptables-save', 'iptables-restore'])
    symlinkSync('/usr/sbin/xtables-legacy-multi', join(bin, name))
const recorded = scenes().flatMap((scene) =>
  (wanted.length === 0 && !old) || wanted.includes(scene.name)
    ? record(scene, old ?? bin)
    : all.filter((one) => one.scene === scene.name),
)
rmSync(bin, { recursive: true })
writeFileSync(file, `[\n${recorded.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`)
console.log(`${recorded.length} lines recorded`)
