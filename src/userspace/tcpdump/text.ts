/**
 * Protocols of words over TCP: HTTP, FTP, SMTP. With -v all lines of the head, else the first.
 *
 * tcpdump 4.99.3, print.c txtproto_print, print-tcp.c
 */
const HTTP_COMMANDS = new Set(
  (
    'GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE ' +
    'NOTIFY BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH ' +
    'UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL'
  ).split(' '),
)

const PROTOCOLS: readonly (readonly [name: string, ports: readonly number[]])[] = [
  ['HTTP', [80, 8080, 3128]],
  ['FTP', [21]],
  ['SMTP', [25]],
]

/** Is the first word one that the protocol knows, or a status behind it? */
function known(name: string, text: string): boolean {
  if (name !== 'HTTP') return true
  const [first = '', second = ''] = text.split(/[ \t\r\n]+/, 2)
  if (HTTP_COMMANDS.has(first)) return true
  return /^HTTP\//.test(first) && /^\d/.test(second)
}

export function textProtocol(
  b: Uint8Array,
  sport: number,
  dport: number,
  verbose: boolean,
  reset: boolean,
): string {
  const found = PROTOCOLS.find(([, ports]) => ports.includes(sport) || ports.includes(dport))
  if (!found || reset) return ''
  const [name] = found
  const text = [...b].map((c) => String.fromCharCode(c)).join('')
  const lines: string[] = []
  if (known(name, text)) {
    for (const line of text.split('\n')) {
      // Text ends where it is no text any more, and the head with an empty line.
      if (/[^\t\r\x20-\x7e]/.test(line)) break
      lines.push(line.replace(/\r$/, ''))
      if (line === '\r' || line === '') break
    }
  }
  if (!verbose) return `: ${name}${lines.length > 0 ? `: ${lines[0]}` : ''}`
  if (lines.length === 0) return `: ${name}`
  // What follows the last line's end is no line.
  if (text.endsWith('\n') && lines.length > 1 && lines[lines.length - 1] === '' && !text.endsWith('\r\n\r\n'))
    lines.pop()
  return `: ${name}, length: ${b.length}${lines.map((line) => `\n\t${line}`).join('')}`
}
