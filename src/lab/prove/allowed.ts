/**
 * Lines that a script may run as root on somebody's machine: programs that act on the network of their namespace, and
 * what only looks. Everything else, and what writes files, stays out.
 */
const PROGRAMS = new Set(
  (
    'iptables iptables-save iptables-restore ip sysctl conntrack nfct ipset ping curl nc ss nstat hping3 tcpdump ' +
    'echo printf true false sleep seq cat grep awk sed cut sort uniq head tail wc tr test ['
  ).split(' '),
)
/** Words that stand before a command. */
const BEFORE = /^(?:!|do|then|else|elif|if|while|until|[A-Za-z_]\w*=[^\s"'$`]*)\s+/

/** Is every command of the line one that may run? What stands in quotes is looked at as if it did not. */
function allKnown(line: string): boolean {
  return line.split(/\$\(|[|;&(){}\n]/).every((part) => {
    let rest = part.trim()
    while (BEFORE.test(rest)) rest = rest.replace(BEFORE, '')
    const [word] = rest.split(/\s/)
    // What follows the & of `2>&1`, and ends.
    if (/^(\d*|done|fi|do|then|else)$/.test(word)) return true
    if (word === 'for') return /^for \w+ in\b/.test(rest)
    return PROGRAMS.has(word)
  })
}

export function mayRun(line: string): boolean {
  // No file but these is written.
  for (const [, target] of line.matchAll(/(?<![<\d-])\d?>>?\|?\s*([^\s;|&)]+)/g))
    if (!/^(\/dev\/null|\/proc\/sys\/net\/[\w/.-]+|&\d)$/.test(target)) return false
  if (/\b(system|getline|netns)\b|<<|`|\/proc\/(?!sys\/net|net)/.test(line)) return false
  // awk, sed, tcpdump, nc and curl can write and run things too.
  if (
    /\b(awk|sed)\b.*(\bw\b|["'|]\s*\||>|-i\b)|\btcpdump\b.*-[wzrG]|\bnc\b.*-[ec]|\bcurl\b.*(-[oOKTD]\b(?! \/dev\/null)|file:|--output|--config|--upload)/.test(
      line,
    )
  )
    return false
  if (/\bip\s+.*-(b|batch|n|netns)\b|\bsysctl\b.*--system/.test(line)) return false
  return allKnown(line)
}
