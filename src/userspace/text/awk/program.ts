/**
 * A whole awk program, compiled.
 */
import type { AwkProgram, Rule } from './ast.ts'
import { compileExpr } from './compile.ts'
import type { Functions } from './functions.ts'
import { parseProgram } from './parser.ts'
import { recordOf } from './record.ts'
import { BROKEN, compileStatement, EXIT, flush, GOES_ON, NEXT, type Step } from './statements.ts'
import { AwkError, ORS, type Run } from './state.ts'
import { toText } from './values.ts'

export interface CompiledProgram {
  names: string[]
  arrays: boolean[]
  readsAhead: boolean
  /** There are rules or an END: input is read. */
  readsRecords: boolean
  /** Each GOES_ON, EXIT, or BROKEN: it goes on when it is called again. */
  begin(run: Run): number
  record(run: Run): number
  end(run: Run): number
}

const cache = new Map<string, CompiledProgram>()

/** The program, or what is wrong with it. The last ones are kept. */
export function compileProgram(text: string): CompiledProgram | string {
  const known = cache.get(text)
  if (known) return known
  const program = parseProgram(text)
  if (typeof program === 'string') return program
  const result = compile(program)
  if (cache.size > 50) cache.clear()
  cache.set(text, result)
  return result
}

/** `exit` or `next` inside a function: it leaves the rule that called it. */
class Leaves extends Error {
  readonly end: number
  constructor(end: number) {
    super('leaves')
    this.end = end
  }
}

function compile(program: AwkProgram): CompiledProgram {
  const functions: Functions = { declared: program.functions, bodies: [] }
  functions.bodies = program.functions.map(({ body }) => {
    const step = compileStatement(body, functions)
    return (run) => {
      const end = step(run)
      if (end === NEXT || end === EXIT) throw new Leaves(end)
    }
  })
  const steps = (statements: AwkProgram['begin']): Step[] =>
    statements.map((one) => compileStatement(one, functions))
  const rules = program.rules.map((rule) => compileRule(rule, functions))
  const [begin, end] = [steps(program.begin), steps(program.end)]
  return {
    names: program.names,
    arrays: program.arrays,
    readsAhead: program.readsAhead,
    readsRecords: rules.length + end.length > 0 || program.readsAhead,
    begin: (run) => runAll(run, begin),
    record: (run) => runAll(run, rules),
    end: (run) => runAll(run, end),
  }
}

function runAll(run: Run, steps: Step[]): number {
  const { where } = run.state
  for (let i = where.length > 0 ? Number(where.pop()) : 0; i < steps.length; i++) {
    const end = runOne(run, steps[i])
    if (end === BROKEN) where.push(i)
    if (end !== GOES_ON) return end === EXIT || end === BROKEN ? end : GOES_ON
  }
  return GOES_ON
}

function runOne(run: Run, step: Step): number {
  try {
    return step(run)
  } catch (error) {
    run.locals = []
    run.depth = 0
    if (error instanceof Leaves) return error.end
    if (error instanceof RangeError) throw new AwkError('function call nesting too deep', { cause: error })
    throw error
  }
}

function compileRule(rule: Rule, functions: Functions): Step {
  const action = rule.action ? compileStatement(rule.action, functions) : printRecord
  if (!rule.pattern) return action
  const pattern = compileExpr(rule.pattern, functions)
  // Whoever comes back to the middle of an action has been let in before.
  const back = (run: Run): boolean => run.state.where.length > 0
  if (!rule.until) return (run) => (back(run) || pattern.test(run) ? action(run) : GOES_ON)
  const until = compileExpr(rule.until, functions)
  const { index } = rule
  return (run) => {
    const { inside } = run.state
    if (back(run)) return action(run)
    if (!inside[index] && !pattern.test(run)) return GOES_ON
    inside[index] = !until.test(run)
    return action(run)
  }
}

function printRecord(run: Run): number {
  run.out += recordOf(run) + toText(run, run.state.globals[ORS] as string)
  return run.out.length > 65536 && !flush(run) ? EXIT : GOES_ON
}
