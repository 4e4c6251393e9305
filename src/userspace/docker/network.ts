/**
 * What Docker does to a host's network: the rules of its daemon, and those that publish a port of a container, as Docker
 * installed them until version 27. Linux: moby libnetwork/drivers/bridge/setup_ip_tables_linux.go, iptables/iptables.go
 */
import { rt_cache_flush } from '../../kernel/fib.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import { writeSysctl } from '../../kernel/sysctl-access.ts'
import { iptables } from '../iptables/index.ts'
import type { Sys } from '../program.ts'
import type { Container } from './state.ts'

export const BRIDGE = 'docker0'

/** What the daemon does when it starts. */
export const DAEMON_RULES = [
  '-t nat -N DOCKER',
  '-N DOCKER',
  '-N DOCKER-ISOLATION-STAGE-1',
  '-N DOCKER-ISOLATION-STAGE-2',
  '-N DOCKER-USER',
  '-t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
  '-t nat -A DOCKER -i docker0 -j RETURN',
  '-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
  '-t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
  '-A FORWARD -j DOCKER-USER',
  '-A FORWARD -j DOCKER-ISOLATION-STAGE-1',
  '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A FORWARD -o docker0 -j DOCKER',
  '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT',
  '-A FORWARD -i docker0 -o docker0 -j ACCEPT',
  '-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2',
  '-A DOCKER-ISOLATION-STAGE-1 -j RETURN',
  '-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP',
  '-A DOCKER-ISOLATION-STAGE-2 -j RETURN',
  '-A DOCKER-USER -j RETURN',
  '-P FORWARD DROP',
]

/** What publishes the ports of a container. */
export function portRules(c: Pick<Container, 'ports' | 'address'>): string[] {
  return c.ports.flatMap(({ host, container, proto }) => {
    const match = `-p ${proto} -m ${proto} --dport`
    return [
      `-t nat -A DOCKER ! -i ${BRIDGE} ${match} ${host} -j DNAT --to-destination ${c.address}:${container}`,
      `-A DOCKER -d ${c.address}/32 ! -i ${BRIDGE} -o ${BRIDGE} ${match} ${container} -j ACCEPT`,
      `-t nat -A POSTROUTING -s ${c.address}/32 -d ${c.address}/32 ${match} ${container} -j MASQUERADE`,
    ]
  })
}

/** Run an iptables line on the host. The answer is what it complains of, '' nothing. */
export function runIptables(sys: Sys, line: string): string {
  let stderr = ''
  iptables.start({
    ...sys,
    process: { ...sys.process, argv: ['iptables', '--wait', ...line.split(' ')] },
    out: () => true,
    err: (text) => void (stderr += text),
    exit: () => undefined,
  })
  return stderr
}

/** The line that takes a rule back. */
export const undone = (line: string): string => line.replace(' -A ', ' -D ').replace(/^-A /, '-D ')

/** The end of the cable in the bridge goes up with a container and down with it. */
export function plug(k: Kernel, up: boolean): void {
  const bridge = k.net.devs.find((d) => d.name === BRIDGE)
  for (const port of bridge?.bridge?.ports ?? []) k.net.devs[port - 1].up = up
  rt_cache_flush(k.net)
}

export function setSysctls(k: Kernel, values: readonly [string, string][]): void {
  for (const [name, value] of values) writeSysctl(k, name, value)
}
