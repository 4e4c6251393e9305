/** The programs that a first packet needs: the shell's own, and those that send one. The rest is in index.ts. */
import { curl } from './curl.ts'
import { install } from './programs.ts'
import { shellPrograms } from './shell/index.ts'

install([...shellPrograms, curl])
