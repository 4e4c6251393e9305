/**
 * The SNMP counters of a namespace with their values, and /proc/net/snmp and /proc/net/netstat, which show them.
 *
 * Linux: net/ipv4/proc.c
 */
import type { Kernel } from '../../kernel/kernel.ts'
import {
  IpInReceives,
  IpInHdrErrors,
  IpInAddrErrors,
  IpForwDatagrams,
  IpInUnknownProtos,
  IpInDelivers,
  IpOutRequests,
  IpOutDiscards,
  IpOutNoRoutes,
  IpFragFails,
  IpOutTransmits,
  IpExtInNoRoutes,
  IpExtInBcastPkts,
  IpExtInBcastOctets,
  IpExtInOctets,
  IpExtOutOctets,
  IpExtInNoECTPkts,
  IcmpInErrors,
  IcmpInCsumErrors,
  IpReasmReqds,
  IpReasmOKs,
  IpReasmFails,
  IpReasmTimeout,
  IpFragOKs,
  IpFragCreates,
  IcmpInMsgs,
  TcpActiveOpens,
  TcpPassiveOpens,
  TcpAttemptFails,
  TcpEstabResets,
  TcpInSegs,
  TcpOutSegs,
  TcpRetransSegs,
  TcpInErrs,
  TcpOutRsts,
  TcpInCsumErrors,
  UdpInDatagrams,
  UdpNoPorts,
  UdpInErrors,
  UdpOutDatagrams,
  UdpRcvbufErrors,
  UdpInCsumErrors,
  TcpExtTW,
  TcpExtDelayedACKs,
  TcpExtListenOverflows,
  TcpExtListenDrops,
  TcpExtTCPTimeouts,
  TcpExtTCPSynRetrans,
  TcpExtTCPOrigDataSent,
  TcpExtTCPDelivered,
  TcpExtIPReversePathFilter,
  TcpExtTCPAbortOnTimeout,
  TcpExtEmbryonicRsts,
  TcpExtTWRecycled,
  TcpExtTCPPureAcks,
  TcpExtTCPHPAcks,
  TcpExtTCPHPHits,
  TcpExtTCPChallengeACK,
  TcpExtTCPSYNChallenge,
  TcpExtTcpTimeoutRehash,
  TcpExtOutOfWindowIcmps,
  TcpExtTCPWinProbe,
  TcpExtTCPLossProbes,
  TcpExtTCPAbortOnData,
  TcpExtTCPAbortOnClose,
  TcpExtPAWSEstab,
  TcpExtPAWSOldAck,
  TcpExtDelayedACKLost,
  TcpExtPAWSTimewait,
  TcpExtTCPACKSkippedSynRecv,
  TcpExtTCPACKSkippedPAWS,
  TcpExtTCPACKSkippedSeq,
  TcpExtTCPACKSkippedFinWait2,
  TcpExtTCPACKSkippedTimeWait,
  TcpExtTCPACKSkippedChallenge,
  TcpExtTCPKeepAlive,
  TcpExtBeyondWindow,
  TcpExtSyncookiesSent,
  TcpExtSyncookiesRecv,
  TcpExtSyncookiesFailed,
  TcpExtTWKilled,
  TcpExtTCPReqQFullDoCookies,
  IcmpMsgInType,
  IcmpMsgOutType,
} from '../../kernel/snmp.ts'
import { TCP_CLOSE_WAIT, TCP_ESTABLISHED } from '../../kernel/tcp/table.ts'
import { NETSTAT, SNMP } from './names.ts'

/** ICMP messages that have a counter of their own, by type. */
const ICMP_TYPES: readonly (readonly [number, string])[] = [
  [3, 'DestUnreachs'],
  [11, 'TimeExcds'],
  [12, 'ParmProbs'],
  [4, 'SrcQuenchs'],
  [5, 'Redirects'],
  [8, 'Echos'],
  [0, 'EchoReps'],
  [13, 'Timestamps'],
  [14, 'TimestampReps'],
  [17, 'AddrMasks'],
  [18, 'AddrMaskReps'],
]

/** Counters by their names. (Named one by one: all of snmp.ts as an object would come with the first page.) */
const INDEX = new Map<string, number>(
  Object.entries({
    IpInReceives,
    IpInHdrErrors,
    IpInAddrErrors,
    IpForwDatagrams,
    IpInUnknownProtos,
    IpInDelivers,
    IpOutRequests,
    IpOutDiscards,
    IpOutNoRoutes,
    IpFragFails,
    IpOutTransmits,
    IpExtInNoRoutes,
    IpExtInBcastPkts,
    IpExtInBcastOctets,
    IpExtInOctets,
    IpExtOutOctets,
    IpExtInNoECTPkts,
    IcmpInErrors,
    IcmpInCsumErrors,
    IpReasmReqds,
    IpReasmOKs,
    IpReasmFails,
    IpReasmTimeout,
    IpFragOKs,
    IpFragCreates,
    TcpActiveOpens,
    TcpPassiveOpens,
    TcpAttemptFails,
    TcpEstabResets,
    TcpInSegs,
    TcpOutSegs,
    TcpRetransSegs,
    TcpInErrs,
    TcpOutRsts,
    TcpInCsumErrors,
    UdpInDatagrams,
    UdpNoPorts,
    UdpInErrors,
    UdpOutDatagrams,
    UdpRcvbufErrors,
    UdpInCsumErrors,
    TcpExtTW,
    TcpExtDelayedACKs,
    TcpExtListenOverflows,
    TcpExtListenDrops,
    TcpExtTCPTimeouts,
    TcpExtTCPSynRetrans,
    TcpExtTCPOrigDataSent,
    TcpExtTCPDelivered,
    TcpExtIPReversePathFilter,
    TcpExtTCPAbortOnTimeout,
    TcpExtEmbryonicRsts,
    TcpExtTWRecycled,
    TcpExtTCPPureAcks,
    TcpExtTCPHPAcks,
    TcpExtTCPHPHits,
    TcpExtTCPChallengeACK,
    TcpExtTCPSYNChallenge,
    TcpExtTcpTimeoutRehash,
    TcpExtOutOfWindowIcmps,
    TcpExtTCPWinProbe,
    TcpExtTCPLossProbes,
    TcpExtTCPAbortOnData,
    TcpExtTCPAbortOnClose,
    TcpExtPAWSEstab,
    TcpExtPAWSOldAck,
    TcpExtDelayedACKLost,
    TcpExtPAWSTimewait,
    TcpExtTCPACKSkippedSynRecv,
    TcpExtTCPACKSkippedPAWS,
    TcpExtTCPACKSkippedSeq,
    TcpExtTCPACKSkippedFinWait2,
    TcpExtTCPACKSkippedTimeWait,
    TcpExtTCPACKSkippedChallenge,
    TcpExtTCPKeepAlive,
    TcpExtBeyondWindow,
    TcpExtSyncookiesSent,
    TcpExtSyncookiesRecv,
    TcpExtSyncookiesFailed,
    TcpExtTWKilled,
    TcpExtTCPReqQFullDoCookies,
  }),
)

function icmp(count: Float64Array, name: string): number {
  const sum = (base: number): number => count.subarray(base, base + 256).reduce((a, b) => a + b, 0)
  if (name === 'InMsgs') return sum(IcmpMsgInType) + count[IcmpInMsgs]
  if (name === 'OutMsgs') return sum(IcmpMsgOutType)
  for (const [type, word] of ICMP_TYPES) {
    if (name === `In${word}`) return count[IcmpMsgInType + type]
    if (name === `Out${word}`) return count[IcmpMsgOutType + type]
  }
  return count[INDEX.get(`Icmp${name}`) ?? -1] ?? 0
}

/** The value of a counter, by its group and its name there. Some are settings, and TcpCurrEstab is a gauge. */
function value({ net }: Kernel, group: string, name: string): number {
  switch (group + name) {
    case 'IpForwarding':
      return net.confAll.forwarding ? 1 : 2
    case 'IpDefaultTTL':
      return net.params.defaultTtl
    case 'TcpRtoAlgorithm':
      return 1
    case 'TcpRtoMin':
      return 200
    case 'TcpRtoMax':
      return 120000
    case 'TcpMaxConn':
      return -1
    case 'TcpCurrEstab':
      return net.tcp.state.filter((s) => s === TCP_ESTABLISHED || s === TCP_CLOSE_WAIT).length
    case 'IpExtInECT1Pkts':
      return net.mib[IpExtInNoECTPkts + 1]
    case 'IpExtInECT0Pkts':
      return net.mib[IpExtInNoECTPkts + 2]
    case 'IpExtInCEPkts':
      return net.mib[IpExtInNoECTPkts + 3]
  }
  return group === 'Icmp' ? icmp(net.mib, name) : (net.mib[INDEX.get(group + name) ?? -1] ?? 0)
}

export interface Group {
  name: string
  counters: [name: string, value: number][]
}

/** ICMP types that have been met, in the order of the types. */
function icmpMsg(count: Float64Array): [string, number][] {
  const met = (word: string, base: number): [string, number][] =>
    [...count.subarray(base, base + 256)].flatMap((n, type): [string, number][] =>
      n > 0 ? [[`${word}Type${type}`, n]] : [],
    )
  return [...met('In', IcmpMsgInType), ...met('Out', IcmpMsgOutType)]
}

function groups(k: Kernel, names: Readonly<Record<string, string>>): Group[] {
  return Object.entries(names).flatMap(([group, words]) => {
    if (group !== 'IcmpMsg') {
      const counters = words.split(' ').map((name): [string, number] => [name, value(k, group, name)])
      return [{ name: group, counters }]
    }
    const counters = icmpMsg(k.net.mib)
    return counters.length > 0 ? [{ name: group, counters }] : []
  })
}

export const snmp = (k: Kernel): Group[] => groups(k, SNMP)
export const netstat = (k: Kernel): Group[] => groups(k, NETSTAT)

/** Two lines a group: names, values. */
export function procText(shown: readonly Group[]): string {
  return shown
    .map(
      ({ name, counters }) =>
        `${name}: ${counters.map(([n]) => n).join(' ')}\n${name}: ${counters.map(([, v]) => v).join(' ')}\n`,
    )
    .join('')
}
