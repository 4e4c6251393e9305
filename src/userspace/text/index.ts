/**
 * The text tools.
 */
import type { Program } from '../program.ts'
import { awk } from './awk/awk.ts'
import { cat } from './cat.ts'
import { cut } from './cut.ts'
import { grep } from './grep.ts'
import { head } from './head.ts'
import { ls } from './ls.ts'
import { mkdir, rm, touch } from './names.ts'
import { basename, dirname, paste } from './paths.ts'
import { sed } from './sed/sed.ts'
import { nl, rev, tac, tee, yes } from './small.ts'
import { sort } from './sort.ts'
import { tail } from './tail.ts'
import { tr } from './tr.ts'
import { uniq } from './uniq.ts'
import { wc } from './wc.ts'

/** mawk is what awk is on Debian; it can be called by its name, too. */
const mawk: Program = { ...awk, name: 'mawk' }

export const textPrograms: readonly Program[] = [
  awk,
  basename,
  cat,
  cut,
  dirname,
  grep,
  head,
  ls,
  mawk,
  mkdir,
  nl,
  paste,
  rev,
  rm,
  sed,
  sort,
  tac,
  tail,
  tee,
  touch,
  tr,
  uniq,
  wc,
  yes,
]
