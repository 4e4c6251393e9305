/**
 * Lines that a script may run as root on somebody's machine: programs that act on the network of their namespace, and
 * what only looks. Everything else stays out, and so does every way in which one of these programs writes a file or
 * starts another: whoever sends a lab must not be able to send a command with it.
 */
const PROGRAMS = new Set(
  (
    'iptables iptables-save iptables-restore ip sysctl conntrack nfct ipset ping curl nc ss nstat hping3 tcpdump ' +
    'echo printf true false sleep seq cat grep awk sed cut sort uniq head tail wc tr test ['
  ).split(' '),
)
/** Words that stand before a command. */
const BEFORE = /^(?:!|do|then|else|elif|if|while|until)\s+/

/** Letters that one of a word's options must not have: each writes a file, reads one as commands, or starts a program. */
const LETTERS: Readonly<Record<string, RegExp>> = {
  curl: /[OKTDcJZ]|o(?!$)/,
  nc: /[ec]/,
  tcpdump: /[wzrGFVWC]/,
  sort: /[oT]/,
  ss: /[DF]/,
  sed: /[if]/,
  awk: /[filEDdope]/,
  iptables: /M/,
  'iptables-save': /[fM]/,
  'iptables-restore': /M/,
}
/** Long options that such a program may have; others, and what is short for others, stay out. */
const LONG: Readonly<Record<string, RegExp>> = {
  curl: /^(silent|show-error|fail|head|include|verbose|max-time|connect-timeout|header|user-agent|request|interface|local-port|resolve|location|insecure|ipv4|http1\.[01]|no-keepalive|no-buffer)$/,
  sort: /^(numeric-sort|reverse|unique|key|field-separator)(=|$)/,
  sed: /^(quiet|silent|regexp-extended|expression)(=|$)/,
  iptables: /^(?!mo(?!de$))/,
  'iptables-save': /^(counters|table)(=|$)/,
  'iptables-restore': /^(counters|noflush|test|table)(=|$)/,
  ss: /^(?!dia|fil)/,
  tcpdump: /^immediate-mode$/,
}
const IP_OPTION = /^-(4|0|s|stats|statistics|d|details|o|oneline|br|brief|c|color|j|json|p|pretty)$/
const IP_OBJECT =
  /^(a|ad|addr|address|l|li|link|r|ro|route|ru|rule|n|ne|nei|neigh|neighbor|neighbour|m|mo|mon|monitor|mroute|tcp_metrics|maddr)$/
/** Where a word of sysctl's names a setting of the namespace, or is a part of a value. */
const NET_SETTING = /^-?net[./](?!.*\.\.)[\w./*-]+(=.*)?$/
const SYSCTL_OPTION = /^-([wnqeaAN]+|-(write|quiet|values|names|ignore|all))$/

/** A file of settings has the network's only. */
function ofNetwork(text: string): boolean {
  return text
    .split('\n')
    .every((line) => /^\s*([#;]|$)/.test(line) || NET_SETTING.test(line.replaceAll(/\s/g, '')))
}

function sysctl(words: readonly string[], files: Readonly<Record<string, string>>): boolean {
  return words.every((word, i) => {
    if (word === '-p') {
      const path = words[i + 1] ?? '/etc/sysctl.conf'
      return Object.hasOwn(files, path) && ofNetwork(files[path])
    }
    if (words[i - 1] === '-p') return true
    return NET_SETTING.test(word) || SYSCTL_OPTION.test(word) || /^=?[\d,-]*$/.test(word)
  })
}

/** May a program be told these words? Quotes and backslashes are taken out of them. */
function tame(program: string, words: readonly string[], files: Readonly<Record<string, string>>): boolean {
  if (program === 'sysctl') return sysctl(words, files)
  if (program === 'ip') {
    const at = words.findIndex((word) => !word.startsWith('-'))
    const options = at < 0 ? words : words.slice(0, at)
    return (
      options.every((word) => IP_OPTION.test(word)) &&
      (at < 0 || IP_OBJECT.test(words[at])) &&
      !words.includes('netns')
    )
  }
  // It reads its second file's name as the one to write.
  if (program === 'uniq') return words.every((word) => /^-[cdiu]+$/.test(word))
  // Where it restores it only reads.
  if (program === 'ipset') {
    const file = words.some((word) => /^--?f/.test(word))
    return !file || /^(-exist |-! )?restore (-exist |-! )?--?f(ile)? \S+( -exist| -!)?$/.test(words.join(' '))
  }
  const letters = LETTERS[program]
  if (letters === undefined) return true
  return words.every((word, i) => {
    if (word.startsWith('--') && word.length > 2) return LONG[program]?.test(word.slice(2)) ?? false
    if (!/^-./.test(word)) return true
    if (program === 'curl' && /^-[a-zA-Z]*o$/.test(word) && words[i + 1] !== '/dev/null') return false
    return !letters.test(word.slice(1))
  })
}

/** Is every command of the line one that may run? What stands in quotes is looked at as if it did not. */
function allKnown(line: string, files: Readonly<Record<string, string>>): boolean {
  const parts = line.split(/(\$\(|[|;&(){}\n])/)
  return parts.every((part, i) => {
    if (i % 2 === 1) return true
    let rest = part.replaceAll(/\d?(>>?\|?|<)\s*[^\s<>]*/g, ' ').trim()
    while (BEFORE.test(rest)) rest = rest.replace(BEFORE, '')
    const [word, ...words] = rest.split(/\s+/)
    // What follows the & of `2>&1`, and ends.
    if (/^(\d*|done|fi|do|then|else)$/.test(word)) return words.length === 0
    // What it stands for later must not look like an option, nor fall apart.
    if (word === 'for') {
      const computed = parts[i + 1] !== '$(' || /^seq( \d+)+$/.test(parts[i + 2].trim())
      return computed && /^for \w+ in(?: [\w.:/@%+,][\w.:/@%+,-]*)*$/.test(rest)
    }
    if (!PROGRAMS.has(word)) return false
    const risky = Object.hasOwn(LETTERS, word) || ['ip', 'ipset', 'sysctl', 'uniq'].includes(word)
    if (risky && parts[i + 1] === '$(') return false
    return tame(
      word,
      words.map((w) => w.replaceAll(/["'\\]/g, '')),
      files,
    )
  })
}

/** What is written to: nothing but the network's own settings, and nowhere. */
const TARGET = /^(&[\d-]|\/dev\/null|\/proc\/sys\/net\/(?!.*\.\.)[\w/.-]+)$/

/** `files` are the host's own: what they say is moved along with the lab. */
export function mayRun(line: string, files: Readonly<Record<string, string>> = {}): boolean {
  for (const [, target = ''] of line.matchAll(/>>?\|?\s*(&[\d-]|[^\s;|&)>]*)/g))
    if (!TARGET.test(target)) return false
  if (/\b(system|getline|netns)\b|<<|`|\$['"{_]|\/proc\/(?!sys\/net|net)|file:|%output/i.test(line))
    return false
  // awk and sed can write and run things too; the script's sed refuses to, besides.
  if (/\b(awk|sed)\b.*(\bw\b|["'|]\s*\||>)/.test(line)) return false
  return allKnown(line, files)
}
