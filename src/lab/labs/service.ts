/**
 * A node of a Kubernetes cluster: three pods behind a bridge, and services that are addresses of nobody. Its rules are
 * those of kube-proxy in iptables mode: a service's chain draws an endpoint's chain, which is a DNAT.
 *
 * Left out: what kubelet keeps (canaries), load balancers, accounting by nfacct, IPv6.
 */
import type { LabSpec } from '../spec.ts'
import { lone } from './parts.ts'

/** kube-proxy names a chain by the SHA-256 of the service's name, its protocol and the endpoint, in base 32. */
const WEB = 'LOLE4ISW44XBNF3G'
const API = 'BL4VTDSJDQ5TV32O'
const ENDPOINTS = [
  ['10.244.0.2', 'NRFUO7XKMWLPJJAE'],
  ['10.244.0.3', 'VPJCWIHGOZWNRC6B'],
  ['10.244.0.4', 'IG6ZFE2PVFCTIC6R'],
] as const
const API_ENDPOINT = '4YUMSB2T6F4JOZSS'

const said = (words: string): string => `-m comment --comment "${words}"`
const NEW = '-m conntrack --ctstate NEW'
const PORTALS = `${NEW} ${said('kubernetes service portals')} -j KUBE-SERVICES`
const OUTER = `${NEW} ${said('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES`
const WALL = `${NEW} ${said('kubernetes load balancer firewall')} -j KUBE-PROXY-FIREWALL`

const filter = [
  ...['EXTERNAL-SERVICES', 'FIREWALL', 'FORWARD', 'NODEPORTS', 'PROXY-FIREWALL', 'SERVICES'].map(
    (name) => `:KUBE-${name} - [0:0]`,
  ),
  `-A INPUT ${WALL}`,
  `-A INPUT ${said('kubernetes health check service ports')} -j KUBE-NODEPORTS`,
  `-A INPUT ${OUTER}`,
  '-A INPUT -j KUBE-FIREWALL',
  `-A FORWARD ${WALL}`,
  `-A FORWARD ${said('kubernetes forwarding rules')} -j KUBE-FORWARD`,
  `-A FORWARD ${PORTALS}`,
  `-A FORWARD ${OUTER}`,
  `-A OUTPUT ${WALL}`,
  `-A OUTPUT ${PORTALS}`,
  '-A OUTPUT -j KUBE-FIREWALL',
  `-A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 ${said('block incoming localnet connections')} -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`,
  '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP',
  `-A KUBE-FORWARD ${said('kubernetes forwarding rules')} -m mark --mark 0x4000/0x4000 -j ACCEPT`,
  `-A KUBE-FORWARD ${said('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  `-A KUBE-SERVICES -d 10.96.0.60/32 -p tcp ${said('default/dead has no endpoints')} -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable`,
]

/** A service's chain: who comes from outside the pods' network is masked, then one endpoint is drawn. */
function service(name: string, hash: string, address: string, endpoints: readonly (readonly string[])[]) {
  const cluster = `-d ${address}/32 -p tcp ${said(`${name} cluster IP`)} -m tcp --dport 80`
  const chosen = endpoints.map(([to, sep], i) => {
    const left = endpoints.length - i
    const chance = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : ''
    return `-A KUBE-SVC-${hash} ${said(`${name} -> ${to}`)}${chance} -j KUBE-SEP-${sep}`
  })
  return {
    chains: [`KUBE-SVC-${hash}`, ...endpoints.map(([, sep]) => `KUBE-SEP-${sep}`)],
    portal: `-A KUBE-SERVICES ${cluster} -j KUBE-SVC-${hash}`,
    rules: [
      ...endpoints.flatMap(([to, sep]) => [
        `-A KUBE-SEP-${sep} -s ${to.split(':')[0]}/32 ${said(name)} -j KUBE-MARK-MASQ`,
        `-A KUBE-SEP-${sep} -p tcp ${said(name)} -m tcp -j DNAT --to-destination ${to}`,
      ]),
      `-A KUBE-SVC-${hash} ! -s 10.244.0.0/16 ${cluster} -j KUBE-MARK-MASQ`,
      ...chosen,
    ],
  }
}

/** A port of every node that leads to a service. */
function nodePort(name: string, hash: string, port: number): string[] {
  return [
    `-A KUBE-EXT-${hash} ${said(`masquerade traffic for ${name} external destinations`)} -j KUBE-MARK-MASQ`,
    `-A KUBE-EXT-${hash} -j KUBE-SVC-${hash}`,
    `-A KUBE-NODEPORTS -p tcp ${said(name)} -m tcp --dport ${port} -j KUBE-EXT-${hash}`,
  ]
}

const web = service(
  'default/web',
  WEB,
  '10.96.0.50',
  ENDPOINTS.map(([ip, sep]) => [`${ip}:80`, sep]),
)
const api = service('default/api', API, '10.96.0.70', [['10.244.0.4:8080', API_ENDPOINT]])

const nat = [
  ...[
    ...['KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-SERVICES'],
    ...[`KUBE-EXT-${API}`, `KUBE-EXT-${WEB}`, ...api.chains, ...web.chains],
  ].map((name) => `:${name} - [0:0]`),
  `-A PREROUTING ${said('kubernetes service portals')} -j KUBE-SERVICES`,
  `-A OUTPUT ${said('kubernetes service portals')} -j KUBE-SERVICES`,
  `-A POSTROUTING ${said('kubernetes postrouting rules')} -j KUBE-POSTROUTING`,
  ...nodePort('default/api', API, 30081),
  ...nodePort('default/web', WEB, 30080),
  '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
  '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
  '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
  `-A KUBE-POSTROUTING ${said('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully`,
  ...api.rules,
  ...web.rules,
  api.portal,
  web.portal,
  `-A KUBE-SERVICES ${said('kubernetes service nodeports; NOTE: this must be the last rule in this chain')} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`,
]

const PODS = ['pod1', 'pod2', 'pod3']

export const kubeService: LabSpec = {
  name: 'service',
  hosts: [
    lone('client', 'client', '10.0.0.9/24', '10.0.0.1'),
    {
      name: 'node',
      role: 'gateway',
      memory: 2 * 1024 ** 3,
      devs: [
        { name: 'eth0', addrs: ['10.0.0.1/24'] },
        ...PODS.map((_, i) => ({ name: `veth${i + 1}`, addrs: [] })),
      ],
      bridges: [
        {
          name: 'cni0',
          mac: '02:42:0a:f4:00:01',
          addrs: ['10.244.0.1/24'],
          ports: PODS.map((_, i) => `veth${i + 1}`),
        },
      ],
      routes: [{ dst: 'default', via: '10.0.0.9', dev: 'eth0' }],
      http: [],
      files: {
        '/etc/kube-proxy.rules': `*filter\n${filter.join('\n')}\nCOMMIT\n*nat\n${nat.join('\n')}\nCOMMIT\n`,
      },
      init: [
        'sysctl -q -w net.ipv4.ip_forward=1',
        // The client is the default route too: nobody has to be told of a better way.
        'sysctl -q -w net.ipv4.conf.all.send_redirects=0',
        'sysctl -q -w net.ipv4.conf.eth0.send_redirects=0',
        'iptables-restore --noflush /etc/kube-proxy.rules',
      ],
    },
    ...PODS.map((name, i) =>
      lone(name, 'server', `${ENDPOINTS[i][0]}/24`, '10.244.0.1', i === PODS.length - 1 ? [80, 8080] : [80]),
    ),
  ],
  links: [
    { ends: ['client:eth0', 'node:eth0'], delay: 500 },
    ...PODS.map((name, i) => ({ ends: [`${name}:eth0`, `node:veth${i + 1}`], delay: 20 })),
  ],
  names: {
    node: '10.0.0.1',
    client: '10.0.0.9',
    'web.default': '10.96.0.50',
    'api.default': '10.96.0.70',
    'dead.default': '10.96.0.60',
    ...Object.fromEntries(PODS.map((name, i) => [name, ENDPOINTS[i][0]])),
  },
}
