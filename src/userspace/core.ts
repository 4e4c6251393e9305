/** The program that a first packet needs: the rest is in index.ts. (The shell's builtins are part of the shell.) */
import { curl } from './curl.ts'
import { install } from './programs.ts'

install([curl])
