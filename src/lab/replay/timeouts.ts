/** The timeouts that a recording tells of an event: whole seconds, as they were set, not as they have run down since. */

/**
 * What an entry's timeout may have been set to. `seconds`: the sysctls, by their names behind nf_conntrack_; `state`: of
 * a TCP connection, where the event tells it.
 */
export function possibleTimeouts(
  proto: string,
  state: string | undefined,
  seconds: ReadonlyMap<string, number>,
): Set<number> {
  const of = (wanted: (name: string) => boolean): Set<number> =>
    new Set([...seconds].filter(([name]) => wanted(name)).map(([, value]) => value))
  if (proto !== 'tcp') return of((name) => name.startsWith(`${proto}_`) || name.startsWith('generic'))
  const always = ['tcp_timeout_max_retrans', 'tcp_timeout_unacknowledged']
  const own = state === undefined ? null : `tcp_timeout_${state.toLowerCase().replace(/2$/, '')}`
  return of(
    (name) => always.includes(name) || (own === null ? name.startsWith('tcp_timeout_') : name === own),
  )
}

/** Timeouts that a scenario's own lines may have set: those of policies, and what conntrack is told. */
export function writtenTimeouts(lines: readonly string[]): Set<number> {
  const words = lines.map((l) => (l.startsWith('nfct ') ? l : (/(?:--timeout|-t) \d+/.exec(l)?.[0] ?? '')))
  return new Set((words.join(' ').match(/\d+/g) ?? []).map(Number))
}

/** An event is told a moment after its timeout was set, which may show one second less: give that second back. */
export function settleTimeout(seconds: number, possible: ReadonlySet<number>): number {
  return !possible.has(seconds) && possible.has(seconds + 1) ? seconds + 1 : seconds
}
