/** The programs that a shell finds, by name. Which ones they are is said by core.ts and index.ts. */
import type { Program } from './program.ts'

const table = new Map<string, Program>()

export const programs: ReadonlyMap<string, Program> = table

/** Make programs findable. A name that is there already keeps its program. */
export function install(list: readonly Program[]): void {
  for (const program of list) if (!table.has(program.name)) table.set(program.name, program)
}
