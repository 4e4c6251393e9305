/**
 * The nft rules by which the recorder looks at a packet's way without touching the tables of the scenario. The first
 * chains set the packet's nftrace bit, which is the one that the TRACE target sets: iptables-legacy then logs every rule
 * that the packet meets. The others log at the priorities between the tables. They never decide anything.
 */

const STATES = ['new', 'established', 'related']
const DIRECTIONS = ['original', 'reply']

function chain(name: string, hook: string, priority: number, rules: string[]): string {
  return [
    `chain ${name} {`,
    `type filter hook ${hook} priority ${priority}; policy accept;`,
    ...rules,
    '}',
  ].join('\n')
}

/**
 * The rules. `tag` names the host in each line; `tracked`: the rules may ask for connections, which wakes tracking up;
 * `traced`: each packet is marked for TRACE.
 */
export function probeRules(tag: string, tracked: boolean, traced: boolean): string {
  const header = (at: string): string[] => [`log prefix "${tag}:hdr:${at} "`]
  const state = (at: string): string[] => {
    if (!tracked) return header(at)
    const known = STATES.flatMap((s) =>
      DIRECTIONS.map(
        (d) => `ct state ${s} ct direction ${d} log prefix "${tag}:ct:${at}:${s.toUpperCase()}:${d} "`,
      ),
    )
    return [
      ...known,
      `ct state invalid log prefix "${tag}:ct:${at}:INVALID:- "`,
      `ct state untracked log prefix "${tag}:ct:${at}:UNTRACKED:- "`,
    ]
  }
  const mark = traced ? 'meta nftrace set 1 ' : ''
  const first = (at: string): string[] => [`${mark}log prefix "${tag}:new:${at} "`]
  return [
    'table ip probe {',
    chain('arrived', 'prerouting', -450, first('PREROUTING')),
    chain('tracked_in', 'prerouting', -199, state('conntrack:PREROUTING')),
    chain('translated', 'prerouting', -99, header('nat-done:PREROUTING')),
    chain('passed_in', 'input', 290, state('passed:INPUT')),
    chain('passed_forward', 'forward', 290, header('passed:FORWARD')),
    chain('made', 'output', -450, first('OUTPUT')),
    chain('tracked_out', 'output', -199, state('conntrack:OUTPUT')),
    chain('passed_out', 'output', 290, header('passed:OUTPUT')),
    chain('leaving', 'postrouting', 290, state('passed:POSTROUTING')),
    '}',
    '',
  ].join('\n')
}
