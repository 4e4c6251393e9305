/** The labs that come with the programs, and what only they need. */

import { cpuPart } from '../cpu-part.ts'
import * as cpus from '../cpus.ts'
import { clients } from './clients.ts'
import { dmz } from './dmz.ts'
import { docker } from './docker.ts'
import { hairpin } from './hairpin.ts'
import { half } from './half.ts'

import { addLab } from './index.ts'
import { pool } from './pool.ts'
import { kubeService } from './service.ts'
import { staticNat } from './static.ts'
import { twice } from './twice.ts'
import { uplinks } from './uplinks.ts'
import '../past.ts'
import '../series.ts'
import '../slim.ts'

cpuPart.is = cpus
for (const lab of [staticNat, pool, twice, hairpin, uplinks, half, dmz, kubeService, clients, docker])
  addLab(lab)
