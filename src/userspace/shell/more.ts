/** The rest of the shell: arithmetic, patterns, completion, jobs, and the commands that run others. See later.ts. */
import { evaluate } from './arithmetic.ts'
import { expandBraces } from './braces.ts'
import { addBuiltins } from './builtins.ts'
import { complete } from './complete.ts'
import { glob, matches } from './glob.ts'
import { control } from './control.ts'
import { jobControl } from './jobs-builtins.ts'
import { provide } from './later.ts'
import { precommands, stepTimeout, stepXargs } from './precommands.ts'
import { read } from './read.ts'
import { ulimit } from './ulimit.ts'
import { variables } from './variables.ts'
import { whatIs } from './what-is.ts'

provide({ complete, evaluate, expandBraces, glob, matches, stepTimeout, stepXargs })
addBuiltins([
  { name: 'read', usage: 'read [-r] [-p prompt] [name ...]', run: read },
  { name: 'ulimit', usage: 'ulimit [-SHan] [limit]', run: ulimit },
  ...whatIs,
  ...variables,
  ...control,
  ...jobControl,
  ...precommands,
])
