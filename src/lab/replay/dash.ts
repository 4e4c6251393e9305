/**
 * Messages of the shell as dash writes them: the recorder gives its lines to sh(1), the lab's shell is bash. `line` is the
 * command line; what is not the shell's own stays as it is.
 */
export function asDash(
  line: string,
  rc: number,
  stderr: readonly string[],
): { rc: number; stderr: string[] } {
  let status = rc
  const said = stderr.map((text) => {
    if (text.endsWith('syntax error: unexpected end of file'))
      return 'sh: 1: Syntax error: end of file unexpected'
    const [, name, what] = /^bash: (.*): ([^:]+)$/.exec(text) ?? []
    if (name === undefined) return text
    if (what === 'command not found') return `sh: 1: ${name}: not found`
    if (what !== 'No such file or directory') {
      if (name === 'echo: write error' && what === 'Permission denied') {
        status = 2
        return `sh: 1: cannot create ${/>\s*(\S+)/.exec(line)?.[1] ?? ''}: ${what}`
      }
      if (name === 'echo: write error') return 'sh: 1: echo: echo: I/O error'
      return `sh: 1: ${name}: ${what}`
    }
    if (rc === 127) return `sh: 1: ${name}: not found`
    // What a redirection cannot open ends a line of dash with 2.
    if (rc === 1) status = 2
    const made = line.includes(`>${name}`) || line.includes(`> ${name}`)
    return made
      ? `sh: 1: cannot create ${name}: Directory nonexistent`
      : `sh: 1: cannot open ${name}: No such file`
  })
  return { rc: status, stderr: said }
}
