/** Every program that can be typed, by its name. To add one: write it, and put it into a list here. */
import { curl } from './curl.ts'
import { iptables, iptablesRestore, iptablesSave } from './iptables/index.ts'
import { ip } from './ip/ip.ts'
import type { Program } from './program.ts'
import { shellPrograms } from './shell/index.ts'
import { sysctl } from './sysctl/sysctl.ts'

const all: readonly Program[] = [...shellPrograms, iptables, iptablesSave, iptablesRestore, curl, ip, sysctl]

export const programs: ReadonlyMap<string, Program> = new Map(all.map((program) => [program.name, program]))
