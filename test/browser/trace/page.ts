/** Plays the session in a worker and on the page's own thread, and tells the server that gave out the page. */
import { createLabClient, type LabClient } from '../../../src/lab/client.ts'
import { mainClient } from '../../../src/lab/main-client.ts'
import { playScript, type Played } from './script.ts'

async function played(client: LabClient): Promise<Played & { where: string }> {
  return { where: client.where, ...(await playScript((request) => client.ask(request))) }
}

async function both(): Promise<unknown> {
  try {
    return { worker: await played(await createLabClient()), main: await played(await mainClient()) }
  } catch (error) {
    return { error: String(error) }
  }
}

await fetch('/played', { method: 'POST', body: JSON.stringify(await both()) })
