/** The labs that come with the programs, and what only they need. */
import { cpuPart } from '../cpu-part.ts'
import * as cpus from '../cpus.ts'
import { docker } from './docker.ts'
import { addLab } from './index.ts'

cpuPart.is = cpus
addLab(docker)
