import type { Match } from '../extension.ts'
import { option, text } from '../option.ts'
import { quote } from '../quote.ts'

export interface CommentData {
  comment: string
}

/** Bytes of a comment, the zero at its end among them. */
const XT_MAX_COMMENT_LEN = 256

/** Says something to the reader; matches everything. Linux: net/netfilter/xt_comment.c; iptables: libxt_comment.c */
export const comment: Match<CommentData> = {
  name: 'comment',
  init: () => ({ comment: '' }),
  options: [
    option<CommentData, string>(
      'comment',
      text,
      (d, v) => void (d.comment = v.slice(0, XT_MAX_COMMENT_LEN - 1)),
      { mandatory: true },
    ),
  ],
  save: (d) => ` --comment ${quote(d.comment)}`,
  print: (d) => ` /* ${d.comment} */`,
  match: () => true,
}
