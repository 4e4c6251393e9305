/**
 * The text tools.
 */
import type { Program } from '../program.ts'
import { cat } from './cat.ts'
import { grep } from './grep.ts'
import { head } from './head.ts'
import { tail } from './tail.ts'

export const textPrograms: readonly Program[] = [cat, grep, head, tail]
