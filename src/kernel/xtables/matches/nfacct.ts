import { problem } from '../error.ts'
import type { Match } from '../extension.ts'
import { option, text } from '../option.ts'
import { quote } from '../quote.ts'

/** Bytes of a name, without the zero at its end. Linux: NFACCT_NAME_MAX */
const NAME = 31

/**
 * Count in an object that a program of its own makes. It is not here, so that no rule finds its object.
 * Linux: net/netfilter/xt_nfacct.c nfacct_mt; iptables: extensions/libxt_nfacct.c. Left out: nfacct(8)
 */
export const nfacct: Match<{ name: string }> = {
  name: 'nfacct',
  init: () => ({ name: '' }),
  options: [
    option<{ name: string }, string>(
      'nfacct-name',
      text,
      (d, v) => {
        if (v === '') problem('Argument must have a minimum length of 1 characters\n')
        if (v.includes('\n')) problem('Newlines not allowed in --nfacct-name')
        d.name = v.slice(0, NAME)
      },
      { mandatory: true },
    ),
  ],
  checkentry: (d) => ({ errno: 'ENOENT', log: `xt_nfacct: accounting object \`${d.name}' does not exist` }),
  save: (d) => ` --nfacct-name ${quote(d.name)}`,
  print: (d) => ` nfacct-name  ${quote(d.name)}`,
  match: () => true,
}
