/**
 * The programs that come with the shell. (What changes the shell itself is in builtins.ts.)
 */
import './more.ts'
import type { Program } from '../program.ts'
import { plainPrograms } from './programs.ts'
import { printf } from './printf.ts'
import { testPrograms } from './test.ts'

export const shellPrograms: readonly Program[] = [...plainPrograms, ...testPrograms, printf]

export { builtins } from './builtins.ts'
