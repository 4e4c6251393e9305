/**
 * Files below /proc/net that show what this model has: counters, sockets, routes, neighbours, devices.
 *
 * man 5 proc; Linux: net/ipv4/proc.c, tcp_ipv4.c, udp.c, fib_trie.c, arp.c, net/core/net-procfs.c
 */
import { addProcFile } from './procfs.ts'
import { netstat, procText, snmp } from './snmp/values.ts'

addProcFile('/proc/net/snmp', (k) => procText(snmp(k)))
addProcFile('/proc/net/netstat', (k) => procText(netstat(k)))
