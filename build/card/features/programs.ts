/** What programs print, and the programs themselves. */
import { programs as registry } from '../../../src/userspace/index.ts'
import type { FeatureRule, SectionRule } from '../feature.ts'
import { list, read } from '../source.ts'

const recorded = ['test/userspace/iptables.test.ts']

export const formats: SectionRule = {
  id: 'formats',
  features: [
    {
      id: 'format.list',
      code: 'iptables -L',
      model: ['userspace/iptables/list.ts'],
      command: /^iptables .*-\w*L/,
      tests: recorded,
    },
    {
      id: 'format.rules',
      code: 'iptables -S',
      model: ['kernel/xtables/text.ts'],
      command: /^iptables .*-S/,
      tests: recorded,
    },
    {
      id: 'format.save',
      code: 'iptables-save',
      model: ['userspace/iptables/save.ts'],
      held: (s) => s.steps.some((step) => step.iptables !== undefined),
      command: /^iptables-save/,
    },
    {
      id: 'format.restore',
      code: 'iptables-restore',
      model: ['userspace/iptables/restore.ts'],
      command: /^iptables-restore|\| iptables-restore/,
    },
    {
      id: 'format.errors',
      model: ['kernel/xtables/error.ts'],
      line: /;FAIL$/,
      command: /^iptables .*nosuch/,
      tests: recorded,
    },
    {
      id: 'format.conntrack',
      code: 'conntrack -L',
      model: ['userspace/conntrack/print.ts'],
      held: (s) => s.steps.some((step) => step.conntrack !== undefined),
      command: /^conntrack .*-L/,
    },
    {
      id: 'format.events',
      code: 'conntrack -E',
      model: ['userspace/conntrack/print.ts'],
      held: (s) => s.events.length > 0,
      tests: ['test/userspace/conntrack.test.ts'],
    },
    {
      id: 'format.stats',
      code: 'conntrack -S',
      model: ['userspace/conntrack/print.ts'],
      held: (s) => s.steps.some((step) => step.stats !== undefined),
      command: /^conntrack .*-S/,
    },
    {
      id: 'format.log',
      code: 'dmesg',
      model: ['kernel/xtables/log-packet.ts'],
      held: (s) => s.logs(/./),
      command: /dmesg/,
    },
    {
      id: 'format.addr',
      code: 'ip addr',
      model: ['userspace/ip/addr.ts'],
      command: /^ip .*\ba(d|ddr|ddress)?\b/,
    },
    {
      id: 'format.route',
      code: 'ip route',
      model: ['userspace/ip/route.ts'],
      command: /^ip .*\bro?u?t?e?\b/,
    },
    {
      id: 'format.rule',
      code: 'ip rule',
      model: ['userspace/ip/rule.ts'],
      held: (s) => s.types(/ip rule/),
      command: /^ip .*\bru(le?)?\b/,
    },
    {
      id: 'format.neigh',
      code: 'ip neigh',
      model: ['userspace/ip/neigh.ts'],
      held: (s) => s.types(/ip neigh/),
      command: /^ip .*\bn(eigh(bour)?)?\b/,
    },
    {
      id: 'format.tcpdump',
      code: 'tcpdump',
      model: ['userspace/tcpdump/print.ts'],
      command: /^tcpdump/,
      tests: ['test/userspace/tcpdump.test.ts'],
    },
  ],
}

/** Names for what is there already, and programs that say they are not modelled. */
const NOT_LISTED =
  /^(ip6tables.*|ebtables|arptables|nft|mawk|\[|\.|:|vim?|nano|emacs|ed|less|more|h?top|ps|free|dropwatch)$/

const sources = list('src/userspace', '.ts').map((file) => ({
  file: file.slice('src/'.length),
  text: read(file),
}))

function program(name: string): FeatureRule {
  const file = sources.find(({ text }) => text.includes(`name: '${name}'`))?.file
  return {
    id: `program.${name}`,
    code: name,
    model: file === undefined ? [] : [file],
    command: new RegExp(
      `(^|[|;&({\`]\\s*|\\b(do|then|else|xargs|sudo|time|watch|timeout \\S+)\\s+)${name}(?=[\\s;|)]|$)`,
    ),
    held: (s) => s.types(new RegExp(`(^|[|;&]\\s*)${name} `)),
  }
}

export const programs: SectionRule = {
  id: 'programs',
  features: [...registry.keys()]
    .filter((name) => !NOT_LISTED.test(name))
    .sort()
    .map(program),
}
