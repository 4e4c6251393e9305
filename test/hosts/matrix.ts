/**
 * Host pages × frames × browsers: each a cell, tried out as a reader would. One more has the element, all of whose methods
 * and events are tried.
 */
import { tryOut, judge } from './cell.ts'
import { tryComponent } from './component.ts'
import { driveChromium, driveFirefox, type Driver, type DriverOptions } from './driver.ts'
import { COMPONENT, FRAMES, HOSTS, onDisk, serve, type FrameKind } from './serve.ts'

/** Storage is blocked by the browser, whatever the frame may; `file://`: host and lab are on the disk. */
export const KINDS = [...(Object.keys(FRAMES) as FrameKind[]), 'storage blocked', 'file://'] as const
export type Kind = (typeof KINDS)[number]

export interface Cell {
  browser: Driver['name']
  host: string
  kind: Kind
  /** '' if nothing is. */
  wrong: string
  seconds: number
  /** Whether the browser lets the lab keep anything there. */
  keeps: boolean
}

export interface Wanted {
  chromium?: string | undefined
  firefox?: string | undefined
  hosts?: readonly string[]
  kinds?: readonly Kind[]
  /** Called with each cell, and with a picture of it. */
  tell: (cell: Cell, picture: () => Promise<Buffer>) => Promise<void> | void
}

export async function matrix({
  chromium,
  firefox,
  hosts = HOSTS,
  kinds = KINDS,
  tell,
}: Wanted): Promise<Cell[]> {
  const servers = await serve()
  const disk = onDisk()
  const cells: Cell[] = []
  const browsers: ((options: DriverOptions) => Promise<Driver>)[] = []
  if (chromium !== undefined) browsers.push((options) => driveChromium(chromium, options))
  if (firefox !== undefined) browsers.push((options) => driveFirefox(firefox, options))
  const blocked = kinds.filter((kind) => kind === 'storage blocked')
  const open = kinds.filter((kind) => kind !== 'storage blocked')

  const tryCell = async (driver: Driver, host: string, kind: Kind): Promise<void> => {
    // The element makes its frame itself.
    if (host === COMPONENT && kind !== 'no sandbox') return
    const from =
      kind === 'file://'
        ? disk.host(host)
        : servers.host(host, kind === 'storage blocked' ? 'no sandbox' : kind)
    const began = performance.now()
    const cell: Cell = { browser: driver.name, host, kind, wrong: '', seconds: 0, keeps: false }
    try {
      if (host === COMPONENT) {
        cell.wrong = await tryComponent(driver, from, servers.lab)
        cell.keeps = cell.wrong === ''
      } else {
        const found = await tryOut(
          driver,
          from,
          host === 'openedx' ? 2 : 1,
          kind === 'file://' ? 'file:' : servers.lab,
        )
        cell.wrong = judge(found)
        cell.keeps = found.keeps
      }
    } catch (error) {
      const errors = await driver.errors('').catch(() => [])
      cell.wrong = [String(error), ...errors].join(' | ')
    }
    cell.seconds = (performance.now() - began) / 1000
    cells.push(cell)
    await tell(cell, () => driver.picture())
  }

  try {
    for (const start of browsers) {
      for (const [some, options] of [
        [open, {}],
        [blocked, { noStorage: true }],
      ] as const) {
        if (some.length === 0) continue
        const driver = await start(options)
        try {
          for (const host of hosts) for (const kind of some) await tryCell(driver, host, kind)
        } finally {
          await driver.close()
        }
      }
    }
  } finally {
    servers.close()
    disk.remove()
  }
  return cells
}
