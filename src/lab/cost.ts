/**
 * What work costs on a CPU, in nanoseconds: what makes NAT slower than no NAT, a long chain slower than a short one, and a
 * busy machine late.
 *
 * Calibration. The figures are those of one core of an AMD EPYC, as Linux 6.18.44 there showed them:
 * - One core flooded with 46-byte UDP over veth, the sender's own work included: 2966 ns for a packet that is not
 *   forwarded, 4489 forwarded to a bridge, 4765 with rules and NOTRACK, 4978 with conntrack and DNAT for one flow, 5567 for
 *   20,000 flows, 7735 where each packet begins a flow. So forwarding over the bridge takes about 1.5 us, tables 0.28,
 *   conntrack and DNAT 0.2 to 0.8 for a known flow and 3 us more for a new one.
 * - `ab -c 5000` and nginx on two cores that were never idle: 239 us of CPU for a request without conntrack (8377
 *   requests/s), of which 22 us in the programs themselves and 62 us in softirqs; 272 with conntrack (7350/s), 315 with
 *   NAT (6357/s), at about 13 packets a request. Among packets of thousands of flows, and with programs in between, one
 *   costs more than in a flood: conntrack and tables about 2.5 us, forwarding and NAT about 3.2 us more.
 * - Another core, twice as fast, was asked who has the time (bpftrace at sched_switch, softirq_entry and softirq_exit, no
 *   recorder beside it): ab has one CPU for itself all along, 96 % of it, and the two workers of nginx share the other. Of a
 *   request's time without conntrack ab has 36 us and the workers 35 us, and softirqs 22 us on ab's CPU and 16 us on the
 *   workers'; with conntrack 41, 39, 43 and 17; with NAT 39, 37, 54 and 34. Of ab's own time connecting (socket, fcntl, connect,
 *   epoll_ctl) takes a third, the second connect and the write a quarter, each of two reads 7 %, and closing the rest.
 * - On that core ab begins its first 5000 connections in 175 to 178 ms, so in 35 us each, its SYNs included; later in the same
 *   run in 12 to 14 (bpftrace at sys_enter_connect): memory is used for the first time then (ab/ab.ts, FIRST_CONNECT). It matters
 *   where all are dropped: what begins in a longer time comes again in more slices of the timer wheel, and each slice brings
 *   no more than a CPU's queue holds.
 * The packet's share has the proportions of the first list and the size of the second (CROWDED); what is left of the 239 us
 * is ab's and nginx's in equal parts, as in the third.
 */
import {
  WORK_AB_CLOSE,
  WORK_AB_CONNECT,
  WORK_AB_READ,
  WORK_AB_WRITE,
  WORK_BRIDGE,
  WORK_CT_CONFIRM,
  WORK_CT_FIND,
  WORK_CT_NEW,
  WORK_CT_NODE,
  WORK_DNS,
  WORK_FORWARD,
  WORK_FRAME,
  WORK_NAT_MANIP,
  WORK_NAT_SETUP,
  WORK_NGINX_ACCEPT,
  WORK_NGINX_CLOSE,
  WORK_NGINX_REQUEST,
  WORK_PROXY_COPY,
  WORK_RULE,
  WORK_TABLE,
  WORK_TC,
  WORK_TCP_CHILD,
  WORK_TCP_RCV,
  WORK_TCP_REQUEST,
  WORK_TCP_TIMER,
  WORK_TCP_XMIT,
  WORKS,
} from '../kernel/work.ts'

/** How much longer a packet takes among many others than in a flood of equal ones. */
const CROWDED = 2

/** Nanoseconds of a packet in a flood of equal ones. */
const PACKET: readonly [number, number][] = [
  [WORK_FRAME, 900],
  [WORK_FORWARD, 600],
  [WORK_BRIDGE, 350],
  [WORK_TABLE, 40],
  [WORK_RULE, 15],
  [WORK_CT_FIND, 250],
  [WORK_CT_NODE, 40],
  [WORK_CT_NEW, 900],
  [WORK_CT_CONFIRM, 700],
  [WORK_NAT_SETUP, 500],
  [WORK_NAT_MANIP, 50],
  [WORK_TCP_RCV, 700],
  [WORK_TCP_XMIT, 900],
  [WORK_TCP_REQUEST, 1500],
  [WORK_TCP_CHILD, 2500],
  [WORK_TCP_TIMER, 500],
  // Nobody has measured it: about what a rule and a rewriting take.
  [WORK_TC, 40],
]

/** Nanoseconds of system calls and of the program between them. */
const PROGRAM: readonly [number, number][] = [
  [WORK_AB_CONNECT, 22_600],
  [WORK_AB_WRITE, 16_200],
  [WORK_AB_READ, 4_700],
  [WORK_AB_CLOSE, 19_200],
  [WORK_NGINX_ACCEPT, 12_100],
  [WORK_NGINX_REQUEST, 42_700],
  [WORK_NGINX_CLOSE, 9_900],
  [WORK_PROXY_COPY, 15_000],
  // Nobody has measured it: about what a read and a write take.
  [WORK_DNS, 10_000],
]

/** By kind of work. */
export const WORK_NS: readonly number[] = Array.from({ length: WORKS }, (_, work) => {
  const packet = PACKET.find(([w]) => w === work)?.[1] ?? 0
  return packet * CROWDED + (PROGRAM.find(([w]) => w === work)?.[1] ?? 0)
})

/**
 * The same for the article's machines, where client and server have two CPUs each. Two costs are unknown, and two figures of
 * the article say what they are:
 * - Without NAT it is ab, on one CPU, that can do no more than 6576 requests/s: a request takes ab about 150 us, its
 *   packets included. (Beyond that the server's work hardly shows.)
 * - With NAT 6316: so VM1 has become so busy that its listener, with room for 128 connections (somaxconn of that time), is
 *   full now and then, SYNs are dropped and come again after 1, 3 and 7 s, and ab has to wait. A request takes nginx
 *   about 90 us; the packets of a request, with NAT, bridge and conntrack, take about 60 us more than without.
 * The packets cost what they cost above: nobody has measured them there. All else follows: how the table fills, which
 * CPU is saturated (the client's: 100 %; VM1's two: 49 % without NAT, 65 % with it), the connect times (with NAT a mean of
 * some 470 ms, where the article has 355, and a maximum beyond 7 s as there). From seed to seed a run with NAT has 6170 to 6310
 * requests/s (the median of five: 6267), as the last SYNs have to wait longer or shorter; one without about 6320.
 *
 * What differs: without NAT the mean of connecting is 360 ms here and 177 there, with a median of 9 ms. There 204 ms a request,
 * at 6576 a second, are 1341 connections of 5000: the others never got beyond their SYN, while here all take their turns. So
 * there the server was what was slow, with one process (docker/images.ts), and not ab.
 */
const ARTICLE: readonly [number, number][] = [
  [WORK_AB_CONNECT, 52_500],
  [WORK_AB_WRITE, 21_200],
  [WORK_AB_READ, 14_100],
  [WORK_AB_CLOSE, 30_300],
  [WORK_NGINX_ACCEPT, 13_500],
  [WORK_NGINX_REQUEST, 66_800],
  [WORK_NGINX_CLOSE, 11_300],
]

export const ARTICLE_NS: readonly number[] = WORK_NS.map(
  (ns, work) => ARTICLE.find(([w]) => w === work)?.[1] ?? ns,
)
