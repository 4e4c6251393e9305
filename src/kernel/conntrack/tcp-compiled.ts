/** The TCP machine, compiled. A build works this module out beforehand (build/machines.ts). */
import { compile } from '../compile.ts'
import { tcpTracker } from './tcp.machine.ts'

export const tcpMachine = compile(tcpTracker)
