/** The path that a packet would have taken without NAT's new destination. */
export const otherwise = {
  label: 'without the rewrite',
  delivered: (p: { to: string; host: string }) =>
    `Without the rewrite (dashed): INPUT, as ${p.to} is ${p.host} itself.`,
  sent: (p: { to: string; dev: string }) => `Without the rewrite (dashed): to ${p.to}, out through ${p.dev}.`,
  sentToo: (p: { to: string; dev: string; instead: string }) =>
    `Without the rewrite: the same path, but to ${p.to}, out through ${p.dev} instead of ${p.instead}.`,
  looped: (p: { to: string }) => `Without the rewrite (dashed): to ${p.to}, back to this host over lo.`,
  dropped: (p: { to: string; place: string; reason: string }) =>
    `Without the rewrite (dashed): to ${p.to}, dropped in ${p.place} (${p.reason}).`,
  stolen: (p: { to: string }) =>
    `Without the rewrite (dashed): to ${p.to}, and it waits until a neighbour answers.`,
  unreachable: (p: { to: string }) => `Without the rewrite: there is no route to ${p.to}.`,
}
