/** Targets whose work nobody sees in this model: what they tell is for programs that are not there. */
import { problem } from '../error.ts'
import { XT_CONTINUE, type Target } from '../extension.ts'
import { flag, option, text } from '../option.ts'

export interface AuditData {
  type: 'accept' | 'drop' | 'reject' | null
}

/** A record for the audit daemon. Linux: net/netfilter/xt_AUDIT.c audit_tg; iptables: extensions/libxt_AUDIT.c */
export const AUDIT: Target<AuditData> = {
  name: 'AUDIT',
  init: () => ({ type: null }),
  options: [
    option<AuditData, string>(
      'type',
      text,
      (d, v) => {
        const word = v.toLowerCase()
        if (word !== 'accept' && word !== 'drop' && word !== 'reject') problem(`Bad action type value "${v}"`)
        d.type = word
      },
      { mandatory: true },
    ),
  ],
  save: (d) => ` --type ${d.type ?? ''}`,
  print: (d) => ` AUDIT ${d.type ?? ''}`,
  target: () => XT_CONTINUE,
}

/** Work out the checksum that a card would have: ours are never missing. Linux: net/netfilter/xt_CHECKSUM.c; iptables: libxt_CHECKSUM.c */
export const CHECKSUM: Target<null> = {
  name: 'CHECKSUM',
  table: 'mangle',
  init: () => null,
  options: [flag('checksum-fill', () => undefined, { mandatory: true })],
  save: () => ' --checksum-fill',
  print: () => ' CHECKSUM fill',
  target: () => XT_CONTINUE,
}

export interface ConnsecmarkData {
  op: 'save' | 'restore' | null
}

/** Copy security marks between packet and connection: none has one. Linux: net/netfilter/xt_CONNSECMARK.c; iptables: libxt_CONNSECMARK.c */
export const CONNSECMARK: Target<ConnsecmarkData> = {
  name: 'CONNSECMARK',
  needsConntrack: () => true,
  init: () => ({ op: null }),
  options: [
    flag('save', (d) => void (d.op = 'save'), { excludes: ['restore'] }),
    flag('restore', (d) => void (d.op = 'restore'), { excludes: ['save'] }),
  ],
  finalCheck(_d, used) {
    if (used.size === 0) problem('CONNSECMARK target: parameter required')
  },
  checkentry(_d, _ip, _hooks, { table }) {
    if (table === 'mangle' || table === 'security') return null
    return {
      errno: 'EINVAL',
      log: `xt_CONNSECMARK: only valid in 'mangle' or 'security' table, not '${table}'`,
    }
  },
  save: (d) => ` --${d.op ?? ''}`,
  print: (d) => ` CONNSECMARK ${d.op ?? ''}`,
  target: () => XT_CONTINUE,
}

/** Mark packets for a security module: there is none to know the context. Linux: net/netfilter/xt_SECMARK.c; iptables: libxt_SECMARK.c */
export const SECMARK: Target<{ context: string }> = {
  name: 'SECMARK',
  init: () => ({ context: '' }),
  options: [
    option<{ context: string }, string>('selctx', text, (d, v) => void (d.context = v), { mandatory: true }),
  ],
  checkentry: (d) => ({
    errno: 'ENOENT',
    log: `xt_SECMARK: unable to map security context '${d.context}'`,
  }),
  save: (d) => ` --selctx ${d.context}`,
  print: (d) => ` SECMARK selctx ${d.context}`,
  target: () => XT_CONTINUE,
}
