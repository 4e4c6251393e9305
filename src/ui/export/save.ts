/** The picture of the stage as a file in somebody's hands. */
import { saveAs } from '../save.ts'
import css from '../theme.css?raw'
import type { Stage } from '../stage.svelte.ts'
import { turns } from '../views/otherwise.ts'
import { roadsOf } from '../views/otherwise.svelte.ts'
import { pngOf } from '../views/save-picture.ts'
import { drawingOf } from './drawing.ts'
import { figureOf } from './figure.ts'
import { paletteOf, type Mode } from './palette.ts'

export type Kind = 'svg' | 'png'

/** `chain`: the station whose chain is opened. Answers the file's name. Rejects where the browser cannot draw it. */
export async function savePicture(
  stage: Stage,
  kind: Kind,
  mode: Mode,
  chain: string | null,
): Promise<string> {
  const turn = stage.visit?.steps.findLast(turns)
  if (turn !== undefined) await roadsOf(stage.lab).look(turn)
  const { svg, w, h } = figureOf(drawingOf(stage, chain), paletteOf(mode, css))
  const plain = (s: string): string => s.replace(/[^\w.-]+/g, '-')
  const snapshot = stage.lab.snapshot
  const name = `netfilter-${plain(snapshot?.lab ?? 'lab')}-${plain(snapshot?.kernel.host ?? '')}-${mode}.${kind}`
  saveAs(name, kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await pngOf(svg, w, h))
  return name
}
