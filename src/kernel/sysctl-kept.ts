/**
 * Sysctls that few labs touch; they are there where programs are.
 *
 * Linux: net/ipv4/sysctl_net_ipv4.c, devinet.c
 */
import { kept } from './sysctl.ts'

const [INT_MIN, INT_MAX] = [-2147483648, 2147483647]

kept.plain.push(
  { name: 'net.ipv4.fwmark_reflect', default: 0, min: 0, max: 255 },
  { name: 'net.ipv4.ip_forward_use_pmtu', default: 0, min: 0, max: 255 },
  { name: 'net.ipv4.ip_local_port_range', default: 32768 * 65536 + 60999, min: 1, max: 65535, pair: true },
  { name: 'net.ipv4.ip_no_pmtu_disc', default: 0, min: 0, max: 255 },
  { name: 'net.ipv4.tcp_abort_on_overflow', default: 0, min: 0, max: 255 },
  { name: 'net.ipv4.tcp_early_retrans', default: 3, min: 0, max: 4 },
)
kept.conf.push({ name: 'promote_secondaries', default: 0, min: INT_MIN, max: INT_MAX })
