/**
 * Once all functions are known: which function a call means, and which of its arguments are arrays.
 */
import type { AwkProgram, Expr } from './ast.ts'
import { AwkSyntaxError } from './lexer.ts'
import type { Items } from './parser.ts'
import type { Parser } from './tokens.ts'

export function resolve(parser: Parser, items: Items): AwkProgram {
  const { functions } = items
  const unknown: string[] = []
  for (const { call, line } of parser.calls) {
    call.slot = functions.findIndex(({ name }) => name === call.name)
    if (call.slot < 0) unknown.push(`function ${call.name} never defined`)
    else if (call.args.length > functions[call.slot].params.length) {
      throw new AwkSyntaxError(line, `too many arguments in call to ${call.name}`)
    }
  }
  const last = parser.line + 1
  if (unknown.length > 0) throw new AwkSyntaxError(last, unknown.join(`\nawk: line ${last}: `))
  // A name that is given to an array parameter is an array itself; it may be a parameter of the caller.
  for (let changed = true; changed;) {
    changed = false
    for (const { call, from } of parser.calls) {
      call.args.forEach((arg, i) => {
        if (!functions[call.slot].arrays[i] || arg.kind !== 'variable') return
        call.args[i] = { kind: 'array', name: arg.name } satisfies Expr
        const { scope, slot } = arg.name
        const arrays = scope === 'global' ? parser.arrays : (from?.arrays ?? [])
        arrays[slot] = true
        changed = true
      })
    }
  }
  // The other way round: an array that is given makes the parameter one.
  for (const { call } of parser.calls) {
    call.args.forEach((arg, i) => {
      if (arg.kind !== 'variable' || arg.name.scope !== 'global' || !parser.arrays[arg.name.slot]) return
      call.args[i] = { kind: 'array', name: arg.name }
      functions[call.slot].arrays[i] = true
    })
  }
  const { names, readsAhead } = parser
  return { ...items, names, arrays: names.map((_, i) => parser.arrays[i] ?? false), readsAhead }
}
