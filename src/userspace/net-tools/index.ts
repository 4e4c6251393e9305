/** The programs of the package net-tools that are here. */
import type { Program } from '../program.ts'
import { arp } from './arp.ts'
import { ifconfig } from './ifconfig.ts'
import { netstat } from './netstat.ts'
import { route } from './route.ts'

export const netTools: readonly Program[] = [arp, ifconfig, netstat, route]
