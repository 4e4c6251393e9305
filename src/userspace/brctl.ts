/**
 * brctl(8): which bridges there are, and their ports. What else it does, ip(8) and bridge(8) do.
 *
 * bridge-utils 1.7.1, brctl_cmd.c
 */
import type { Program, Sys } from './program.ts'
import { printMac } from '../wire/address.ts'

function showBridges(sys: Sys): string {
  let text = 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n'
  for (const b of sys.k.net.devs) {
    if (!b.bridge) continue
    const names = sys.k.net.devs.filter((d) => d.master === b.ifindex).map((p) => p.name)
    text += `${b.name}\t\t8000.${printMac(b.mac).replaceAll(':', '')}\tno\t\t${names.join('\n\t\t\t\t\t\t\t')}\n`
  }
  return text
}

export const brctl: Program = {
  name: 'brctl',
  usage: 'brctl show',
  start(sys) {
    const [, command] = sys.process.argv
    if (command === 'show') {
      sys.out(showBridges(sys))
      sys.exit(0)
      return
    }
    sys.err(
      'brctl: this lab has brctl show only; ip link add, ip link set DEVICE master BRIDGE and bridge do the rest\n',
    )
    sys.exit(1)
  },
  complete: () => ['show'],
}
