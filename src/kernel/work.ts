/**
 * Kinds of work that take time on a CPU: what code says with `k.spend()`. What each costs is in lab/cost.ts; a host without
 * CPUs of its own is infinitely fast.
 */

/** A frame comes in: driver or veth, softirq, ip_rcv, the routing decision. */
export const WORK_FRAME = 0
/** ip_forward, and the way out by another device. */
export const WORK_FORWARD = 1
/** A bridge finds the port. */
export const WORK_BRIDGE = 2
/** A table's chain at a hook, without its rules; and each rule that is looked at. */
export const WORK_TABLE = 3
export const WORK_RULE = 4
/** A tuple is hashed and looked up, and its tracker runs; and each node of the chain that is passed. */
export const WORK_CT_FIND = 5
export const WORK_CT_NODE = 6
/** A new entry; and its place in the table. */
export const WORK_CT_NEW = 7
export const WORK_CT_CONFIRM = 8
/** A mapping is chosen; a header is rewritten. */
export const WORK_NAT_SETUP = 9
export const WORK_NAT_MANIP = 10
/** A segment comes to a TCP socket, or leaves one. */
export const WORK_TCP_RCV = 11
export const WORK_TCP_XMIT = 12
/** A listener answers a SYN; a connection is made of a request. */
export const WORK_TCP_REQUEST = 13
export const WORK_TCP_CHILD = 14
/** A timer of TCP runs. */
export const WORK_TCP_TIMER = 15
/** ab: socket() and connect(); the request is written; a read; close() and what is noted. */
export const WORK_AB_CONNECT = 16
export const WORK_AB_WRITE = 17
export const WORK_AB_READ = 18
export const WORK_AB_CLOSE = 19
/** nginx: accept4(); a request is read, the page sent and logged; close(). */
export const WORK_NGINX_ACCEPT = 20
export const WORK_NGINX_REQUEST = 21
export const WORK_NGINX_CLOSE = 22
/** docker-proxy copies from one socket to another. */
export const WORK_PROXY_COPY = 23

/** A filter of traffic control is compared, or one of its actions runs. */
export const WORK_TC = 24

/** A program of DNS sends or takes a message. */
export const WORK_DNS = 25

export const WORKS = 26
