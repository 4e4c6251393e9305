/**
 * The SNMP counters of a namespace that this model has: indices into `Netns.mib`, named as nstat(8) names them. All others
 * that Linux knows stay 0 here; userspace/snmp.ts has the whole list.
 *
 * Linux: include/uapi/linux/snmp.h, net/ipv4/proc.c
 */
export const IpInReceives = 0
export const IpInHdrErrors = 1
export const IpInAddrErrors = 2
export const IpForwDatagrams = 3
export const IpInUnknownProtos = 4
export const IpInDelivers = 5
export const IpOutRequests = 6
export const IpOutDiscards = 7
export const IpOutNoRoutes = 8
export const IpFragFails = 9
export const IpOutTransmits = 10
export const IpExtInNoRoutes = 11
export const IpExtInBcastPkts = 12
export const IpExtInBcastOctets = 13
export const IpExtInOctets = 14
export const IpExtOutOctets = 15
/** Four in a row, by the packet's ECN bits: not ECT, ECT(1), ECT(0), CE. */
export const IpExtInNoECTPkts = 16
export const IcmpInErrors = 20
export const IcmpInCsumErrors = 21
export const IpReasmReqds = 58
export const IpReasmOKs = 59
export const IpReasmFails = 60
export const IpReasmTimeout = 61
export const IpFragOKs = 62
export const IpFragCreates = 63
/** Messages without a type that was looked at: the others are counted by their types alone. */
export const IcmpInMsgs = 57
export const TcpActiveOpens = 22
export const TcpPassiveOpens = 23
export const TcpAttemptFails = 24
export const TcpEstabResets = 25
export const TcpInSegs = 26
export const TcpOutSegs = 27
export const TcpRetransSegs = 28
export const TcpInErrs = 29
export const TcpOutRsts = 30
export const TcpInCsumErrors = 31
export const UdpInDatagrams = 32
export const UdpNoPorts = 33
export const UdpInErrors = 34
export const UdpOutDatagrams = 35
export const UdpRcvbufErrors = 36
export const UdpInCsumErrors = 37
export const TcpExtTW = 38
export const TcpExtDelayedACKs = 39
export const TcpExtListenOverflows = 40
export const TcpExtListenDrops = 41
export const TcpExtTCPTimeouts = 42
export const TcpExtTCPSynRetrans = 43
export const TcpExtTCPOrigDataSent = 44
export const TcpExtTCPDelivered = 45
export const TcpExtIPReversePathFilter = 46
export const TcpExtTCPAbortOnTimeout = 47
export const TcpExtEmbryonicRsts = 48
export const TcpExtTWRecycled = 49
export const TcpExtTCPPureAcks = 50
export const TcpExtTCPHPAcks = 51
export const TcpExtTCPHPHits = 52
export const TcpExtTCPChallengeACK = 53
export const TcpExtTCPSYNChallenge = 54
export const TcpExtTcpTimeoutRehash = 55
export const TcpExtOutOfWindowIcmps = 56
export const TcpExtTCPWinProbe = 64
export const TcpExtSyncookiesSent = 75
export const TcpExtSyncookiesRecv = 76
export const TcpExtSyncookiesFailed = 77
export const TcpExtTWKilled = 78
export const TcpExtTCPReqQFullDoCookies = 79
/** 256 each: ICMP messages by their type. */
export const IcmpMsgInType = 80
export const IcmpMsgOutType = 336
export const TcpExtTCPLossProbes = 592
export const TcpExtTCPAbortOnData = 593
export const TcpExtTCPAbortOnClose = 594
export const TcpExtPAWSEstab = 595
export const TcpExtPAWSTimewait = 596
export const TcpExtTCPACKSkippedSynRecv = 597
export const TcpExtTCPACKSkippedPAWS = 598
export const TcpExtTCPACKSkippedSeq = 599
export const TcpExtTCPACKSkippedFinWait2 = 600
export const TcpExtTCPACKSkippedTimeWait = 601
export const TcpExtTCPACKSkippedChallenge = 602
export const TcpExtTCPKeepAlive = 603
export const TcpExtBeyondWindow = 604
export const TcpExtPAWSOldAck = 605
export const TcpExtDelayedACKLost = 606
export const MIBS = 607
