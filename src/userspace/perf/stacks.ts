/**
 * Where a kernel is when it does a piece of work: the functions on its stack, the outermost first. As a 6.18 kernel showed
 * them to `perf record -g` under ab and nginx with a bridge, Docker's rules and conntrack; those of 4.15 were read there.
 * What was inlined or called last (a tail call) is on no stack.
 *
 * Left out: what happens below the functions that the lab counts, and what the compiler did to names (.isra, .part)
 */
import type { PeriodName } from '../../kernel/period.ts'
import {
  ENTRY_CALL,
  ENTRY_CARD,
  ENTRY_TIMER,
  FLAG_BRIDGED,
  FLAG_OWN,
  FLAG_UP,
  type Spot,
} from '../../kernel/profile.ts'
import { road, stationMeta } from '../../kernel/road.ts'
import * as work from '../../kernel/work.ts'

/** One function; `station`: the one of the road that it is, or works for. */
export interface Frame {
  fn: string
  station: string
}

const words = (text: string): string[] => text.split(' ').filter((w) => w !== '')

/** From what has interrupted the CPU to the frame that a protocol is given. */
const SOFTIRQ = {
  modern: {
    card: words(
      'asm_common_interrupt common_interrupt irq_exit_rcu handle_softirqs net_rx_action __napi_poll virtnet_poll napi_gro_receive __netif_receive_skb_one_core',
    ),
    veth: words(
      '__local_bh_enable_ip do_softirq handle_softirqs net_rx_action __napi_poll process_backlog __netif_receive_skb_one_core',
    ),
    timer: words(
      'asm_sysvec_apic_timer_interrupt sysvec_apic_timer_interrupt irq_exit_rcu handle_softirqs run_timer_softirq call_timer_fn tcp_write_timer tcp_write_timer_handler tcp_retransmit_timer',
    ),
  },
  article: {
    card: words(
      'ret_from_intr do_IRQ irq_exit __do_softirq net_rx_action virtnet_poll napi_gro_receive netif_receive_skb_internal __netif_receive_skb __netif_receive_skb_core',
    ),
    veth: words(
      '__local_bh_enable_ip do_softirq do_softirq_own_stack __do_softirq net_rx_action process_backlog __netif_receive_skb __netif_receive_skb_core',
    ),
    timer: words(
      'apic_timer_interrupt smp_apic_timer_interrupt irq_exit __do_softirq run_timer_softirq call_timer_fn tcp_write_timer tcp_write_timer_handler tcp_retransmit_timer',
    ),
  },
}

/** A port of a bridge has a frame: as far as br_netfilter, and on to IP once the bridge has taken it for itself. */
const BRIDGE = {
  modern: {
    port: words('__netif_receive_skb_core br_handle_frame'),
    hook: words('br_nf_pre_routing'),
    up: words(
      'br_nf_pre_routing_finish br_nf_hook_thresh br_handle_frame_finish netif_receive_skb __netif_receive_skb_one_core ip_rcv nf_hook_slow ip_sabotage_in',
    ),
  },
  article: {
    port: words('br_handle_frame'),
    hook: words('nf_hook_slow br_nf_pre_routing'),
    up: words(
      'br_nf_pre_routing_finish br_nf_hook_thresh br_handle_frame_finish br_pass_frame_up netif_receive_skb netif_receive_skb_internal __netif_receive_skb __netif_receive_skb_core ip_rcv',
    ),
  },
}

/** System calls by the work that is done in them, and on to where TCP writes a segment. */
const CALLS: Readonly<Record<PeriodName, Readonly<Record<number, [call: string, segment: string]>>>> = {
  modern: {
    [work.WORK_AB_CONNECT]: [
      '__x64_sys_connect __sys_connect inet_stream_connect',
      '__inet_stream_connect tcp_v4_connect tcp_connect',
    ],
    [work.WORK_AB_WRITE]: [
      'ksys_write vfs_write sock_write_iter tcp_sendmsg',
      'tcp_sendmsg_locked __tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_AB_READ]: [
      'ksys_read vfs_read sock_read_iter sock_recvmsg tcp_recvmsg',
      '__tcp_cleanup_rbuf __tcp_send_ack',
    ],
    [work.WORK_AB_CLOSE]: [
      '__x64_sys_close __fput sock_close inet_release tcp_close',
      '__tcp_close __tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_NGINX_ACCEPT]: ['__x64_sys_accept4 __sys_accept4 do_accept inet_accept inet_csk_accept', ''],
    [work.WORK_NGINX_REQUEST]: [
      'do_writev vfs_writev do_iter_readv_writev sock_write_iter tcp_sendmsg',
      'tcp_sendmsg_locked __tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_NGINX_CLOSE]: [
      '__x64_sys_close __fput sock_close inet_release tcp_close',
      '__tcp_close __tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_PROXY_COPY]: [
      'ksys_write vfs_write sock_write_iter tcp_sendmsg',
      'tcp_sendmsg_locked __tcp_push_pending_frames tcp_write_xmit',
    ],
  },
  article: {
    [work.WORK_AB_CONNECT]: [
      'sys_connect SYSC_connect inet_stream_connect',
      '__inet_stream_connect tcp_v4_connect tcp_connect',
    ],
    [work.WORK_AB_WRITE]: [
      'sys_write vfs_write sock_write_iter tcp_sendmsg',
      'tcp_sendmsg_locked __tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_AB_READ]: [
      'sys_read vfs_read sock_read_iter sock_recvmsg tcp_recvmsg',
      'tcp_cleanup_rbuf tcp_send_ack',
    ],
    [work.WORK_AB_CLOSE]: [
      'exit_to_usermode_loop task_work_run ____fput __fput sock_close inet_release tcp_close',
      '__tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_NGINX_ACCEPT]: ['sys_accept4 SYSC_accept4 inet_accept inet_csk_accept', ''],
    [work.WORK_NGINX_REQUEST]: [
      'do_writev vfs_writev do_iter_readv_writev sock_write_iter tcp_sendmsg',
      'tcp_sendmsg_locked __tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_NGINX_CLOSE]: [
      'exit_to_usermode_loop task_work_run ____fput __fput sock_close inet_release tcp_close',
      '__tcp_push_pending_frames tcp_write_xmit',
    ],
    [work.WORK_PROXY_COPY]: [
      'sys_write vfs_write sock_write_iter tcp_sendmsg',
      'tcp_sendmsg_locked __tcp_push_pending_frames tcp_write_xmit',
    ],
  },
}
const SYSCALL = ['entry_SYSCALL_64_after_hwframe', 'do_syscall_64']

/** A CPU that has nothing to do. */
export const IDLE: Readonly<Record<PeriodName, readonly string[]>> = {
  modern: words(
    'common_startup_64 start_secondary cpu_startup_entry do_idle default_idle_call default_idle pv_native_safe_halt',
  ),
  article: words(
    'secondary_startup_64 start_secondary cpu_startup_entry do_idle default_idle_call arch_cpu_idle default_idle native_safe_halt',
  ),
}

/** What a hook calls at a station, and what that does: by the kind of station and the work. */
const AT_HOOK: Readonly<Record<PeriodName, (station: string, of: number) => string>> = {
  modern(station, of) {
    const [hook, name] = station.split('.')
    if (name === 'conntrack') return `nf_conntrack_in ${TRACKED[of] ?? ''}`
    if (name === 'confirm') return `nf_confirm ${of === work.WORK_CT_CONFIRM ? '__nf_conntrack_confirm' : ''}`
    if (name !== 'nat') return 'ipt_do_table'
    const fn = NAT_MODERN[hook] ?? 'nf_nat_inet_fn'
    if (of === work.WORK_NAT_MANIP) return `${fn} nf_nat_manip_pkt`
    return `${fn} nf_nat_inet_fn ${of === work.WORK_NAT_SETUP ? 'nf_nat_setup_info' : 'ipt_do_table'}`
  },
  article(station, of) {
    const [hook, name] = station.split('.')
    if (name === 'conntrack')
      return `${hook === 'LOCAL_OUT' ? 'ipv4_conntrack_local' : 'ipv4_conntrack_in'} nf_conntrack_in ${TRACKED[of] ?? ''}`
    if (name === 'confirm')
      return `ipv4_confirm ${of === work.WORK_CT_CONFIRM ? '__nf_conntrack_confirm' : ''}`
    if (name !== 'nat') return `iptable_${name}_hook ipt_do_table`
    const fn = `${NAT_ARTICLE[hook] ?? ''} nf_nat_ipv4_fn`
    if (of === work.WORK_NAT_MANIP) return `${fn} nf_nat_packet nf_nat_ipv4_manip_pkt`
    return `${fn} ${of === work.WORK_NAT_SETUP ? 'nf_nat_setup_info' : 'iptable_nat_do_chain ipt_do_table'}`
  },
}

const TRACKED: Readonly<Record<number, string>> = {
  [work.WORK_CT_FIND]: '__nf_conntrack_find_get',
  [work.WORK_CT_NODE]: '__nf_conntrack_find_get',
  [work.WORK_CT_NEW]: 'init_conntrack __nf_conntrack_alloc',
}
const NAT_MODERN: Readonly<Record<string, string>> = {
  PRE_ROUTING: 'nf_nat_ipv4_pre_routing',
  LOCAL_IN: 'nf_nat_ipv4_local_in',
  LOCAL_OUT: 'nf_nat_ipv4_local_fn',
  POST_ROUTING: 'nf_nat_ipv4_out',
}
const NAT_ARTICLE: Readonly<Record<string, string>> = {
  PRE_ROUTING: 'iptable_nat_ipv4_in nf_nat_ipv4_in',
  LOCAL_IN: 'iptable_nat_ipv4_fn',
  LOCAL_OUT: 'iptable_nat_ipv4_local_fn nf_nat_ipv4_local_fn',
  POST_ROUTING: 'iptable_nat_ipv4_out nf_nat_ipv4_out',
}

/** What TCP does with a segment that has come in. */
const TCP_IN: Readonly<Record<number, string>> = {
  [work.WORK_TCP_RCV]: '',
  [work.WORK_TCP_REQUEST]: 'tcp_v4_do_rcv tcp_rcv_state_process tcp_conn_request',
  [work.WORK_TCP_CHILD]: 'tcp_check_req tcp_v4_syn_recv_sock',
  [work.WORK_TCP_XMIT]: 'tcp_v4_do_rcv tcp_rcv_state_process __tcp_transmit_skb',
}

class Stack {
  readonly frames: Frame[] = []
  private readonly old: boolean

  constructor(period: PeriodName) {
    this.old = period === 'article'
  }

  add(names: readonly string[] | string, station = ''): void {
    for (const name of typeof names === 'string' ? words(names) : names) {
      const fn = this.old && name === '__tcp_transmit_skb' ? 'tcp_transmit_skb' : name
      this.frames.push({ fn, station })
    }
  }
}

/** How the kernel came to the packet that it received. */
function arrive(stack: Stack, spot: Spot, period: PeriodName): void {
  const soft = SOFTIRQ[period]
  const bridge = BRIDGE[period]
  stack.add(spot.entry === ENTRY_CARD ? soft.card : soft.veth)
  if ((spot.flags & (FLAG_BRIDGED | FLAG_UP)) === 0) return
  stack.add(bridge.port, 'receive')
  stack.add(bridge.hook, 'receive')
  if (spot.flags & FLAG_UP) stack.add(bridge.up, 'route_in')
}

/** IP has it: the function that calls the hook before `station`. What modern kernels call last is on no stack any more. */
function received(stack: Stack, spot: Spot, period: PeriodName): void {
  arrive(stack, spot, period)
  if (spot.flags & FLAG_UP) {
    if (period === 'article') stack.add('ip_rcv_finish', 'route_in')
  } else if (period === 'article') stack.add('ip_rcv ip_rcv_finish', 'route_in')
}

/** What is in the way of a packet that was made here. */
function made(stack: Stack, spot: Spot, period: PeriodName): void {
  if (spot.entry >= ENTRY_CALL) {
    const [call, segment] = CALLS[period][spot.entry - ENTRY_CALL] ?? ['', '']
    stack.add(SYSCALL)
    stack.add(call)
    stack.add(segment)
  } else if (spot.entry === ENTRY_TIMER) stack.add(SOFTIRQ[period].timer)
  else {
    received(stack, { ...spot, flags: 0 }, period)
    deliverTo(stack, period)
    stack.add('tcp_v4_rcv tcp_v4_do_rcv tcp_rcv_state_process', 'deliver')
  }
  stack.add('__tcp_transmit_skb')
  stack.add(period === 'modern' ? '__ip_queue_xmit' : 'ip_queue_xmit', 'route_out')
}

function deliverTo(stack: Stack, period: PeriodName): void {
  if (period === 'modern') stack.add('ip_local_deliver_finish ip_protocol_deliver_rcu', 'deliver')
  else stack.add('ip_local_deliver ip_local_deliver_finish', 'deliver')
}

function outgoing(stack: Stack, spot: Spot, period: PeriodName): void {
  if (spot.flags & FLAG_OWN) made(stack, spot, period)
  else {
    received(stack, spot, period)
    if (period === 'article') stack.add('ip_forward ip_forward_finish', 'forward')
  }
  stack.add('ip_output', 'transmit')
}

/** No packet is on the road: a program's system call, or a timer. */
function aside(stack: Stack, spot: Spot, period: PeriodName): void {
  if (spot.entry >= ENTRY_CALL) {
    const [call, segment] = CALLS[period][spot.entry - ENTRY_CALL] ?? ['', '']
    stack.add(SYSCALL)
    stack.add(call)
    if (spot.work !== work.WORK_TCP_XMIT) return
    stack.add(segment)
  } else stack.add(SOFTIRQ[period].timer)
  if (spot.work === work.WORK_TCP_XMIT) stack.add('__tcp_transmit_skb')
}

/** The functions that are on the stack while a spot's work is done. */
export function stackOf(spot: Spot, period: PeriodName): Frame[] {
  const stack = new Stack(period)
  if (spot.station < 0) {
    aside(stack, spot, period)
    return stack.frames
  }
  const station = road.states[spot.station]
  const { hook, kind } = stationMeta[spot.station]
  const bridged = (spot.flags & FLAG_BRIDGED) !== 0
  if (station === 'receive') {
    arrive(stack, { ...spot, flags: 0 }, period)
    if (spot.work === work.WORK_BRIDGE) stack.add(BRIDGE[period].port, station)
    else if (spot.work === work.WORK_TC)
      stack.add(`${period === 'modern' ? '__netif_receive_skb_core ' : ''}tcf_classify u32_classify`, station)
    else stack.add('ip_rcv', station)
  } else if (station === 'forward') {
    received(stack, spot, period)
    stack.add('ip_forward', station)
  } else if (station === 'deliver') {
    received(stack, spot, period)
    deliverTo(stack, period)
    stack.add('tcp_v4_rcv', station)
    stack.add(TCP_IN[spot.work] ?? '', station)
  } else if (station === 'transmit') {
    if (bridged) {
      arrive(stack, spot, period)
      stack.add('br_nf_pre_routing_finish br_handle_frame_finish br_forward', station)
    } else {
      outgoing(stack, spot, period)
      stack.add('ip_finish_output2', station)
      stack.add(period === 'modern' ? '__dev_queue_xmit' : 'dev_queue_xmit __dev_queue_xmit', station)
      if (spot.work === work.WORK_BRIDGE) stack.add('dev_hard_start_xmit br_dev_xmit', station)
      if (spot.work === work.WORK_TC) stack.add('tcf_classify u32_classify', station)
    }
  } else if (hook !== undefined && (kind === 'table' || kind === 'conntrack')) {
    if (hook === 'LOCAL_OUT') {
      made(stack, spot, period)
      stack.add('__ip_local_out', station)
    } else if (hook === 'POST_ROUTING') outgoing(stack, spot, period)
    else if (hook === 'FORWARD') {
      received(stack, spot, period)
      if (bridged)
        stack.add(
          'br_nf_pre_routing_finish br_handle_frame_finish br_forward nf_hook_slow br_nf_forward',
          station,
        )
      else stack.add('ip_forward', 'forward')
    } else if (hook === 'LOCAL_IN') {
      received(stack, spot, period)
      stack.add('ip_local_deliver', station)
    } else {
      arrive(stack, spot, period)
      if (!bridged) stack.add('ip_rcv', 'receive')
    }
    stack.add('nf_hook_slow', '')
    stack.add(AT_HOOK[period](station, spot.work), station)
  }
  return stack.frames
}
