/** What the hook diagram shows at this moment, read out of the stage: plain data that a file can be drawn from. */
import { tupleLines, type End } from '../conntrack.ts'
import { endOf, packetLabel, protocolLabel, type Dir, type InnerField } from '../parts/packet.ts'
import { turnOf } from '../parts/turn.ts'
import type { Stage } from '../stage.svelte.ts'
import { language, text } from '../text/index.ts'
import { closer } from '../text/later.ts'
import { otherwise } from '../text/otherwise.ts'
import type { Picture } from '../views/board.ts'
import { passageOf, rowsOf, type Row } from '../views/chains.ts'
import type { Step } from '../views/journey.ts'
import { beatOf } from '../views/motion.ts'
import { deathOf, labelsOf, openedOf, type Opened } from '../views/narrate.ts'
import { nameSpot, otherRoad, toldOf, turns } from '../views/otherwise.ts'
import { roadsOf } from '../views/otherwise.svelte.ts'
import { pictureOf } from '../views/picture.ts'
import { sceneOf, type Scene } from '../views/scene.ts'
import { say, sentenceOf } from '../views/sentences.ts'
import { chainOf, priorityText, stationOf, STATIONS } from '../views/stations.ts'
import type { Point } from '../views/ways.ts'
import { widthOf } from './svg.ts'

/** A value of the header; `was`: what was there before NAT. */
export interface Part {
  was: string | null
  now: string
}

/** A piece of a tuple; `fresh`: NAT has put it there. */
export interface Piece {
  said: string
  fresh: boolean
}

export interface Chip {
  what: string
  name: string
  dead: boolean
  src: Part[]
  dst: Part[]
  ttl: string
  note: string
  /** The header that an ICMP error quotes. */
  quotes: { word: string; what: string; src: Part[]; dst: Part[] } | null
  tuples: { dir: 'orig' | 'reply'; pieces: Piece[]; role: string; found: boolean }[]
  death: { why: string; code: string } | null
}

export interface Drawing {
  title: string
  told: string
  /** What is said where no packet has been sent yet; '' where one is at another host. */
  empty: string
  picture: Picture
  scene: Scene | null
  dir: Dir
  acting: string | null
  opened: Opened | null
  registered: (state: string) => boolean
  priorities: Readonly<Record<string, string>>
  labels: Readonly<Record<string, [label: string, said: string]>>
  drops: Readonly<Record<string, number>>
  /** The road that the packet would have taken without NAT's new destination; what is said of it, '' for nothing. */
  other: { road: Point[]; name: string; spot: Point | null; told: string } | null
  chip: Chip | null
  chain: { station: string; title: string; rows: Row[]; rewrite: boolean; drop: boolean } | null
}

/** Room that a file has: the picture as it looks best, whatever the page has room for. */
const WIDTH = 1060
const HEIGHT = 600

/** Height of the letters of the name beside the road not taken. */
export const OTHER_SIZE = 10.5

/** `chain`: the station whose chain is opened. */
export function drawingOf(stage: Stage, chain: string | null): Drawing {
  const t = text()
  const kernel = stage.lab.snapshot?.kernel
  const fast = stage.player.flows
  const { step, visit, walk } = stage
  const acting = stage.here && !fast ? (step?.station ?? null) : null
  const opened = step === null || acting === null ? null : openedOf(step, kernel?.tables ?? [], t)
  const picture = pictureOf({
    width: WIDTH,
    height: HEIGHT,
    open: opened === null ? null : acting,
    touch: 0,
    bridge: kernel?.bridge ?? false,
    touched: () => false,
  })
  const alone = STATIONS.filter((s) => s.group === null && !s.final && s.state !== 'start')
  const { last } = stage
  return {
    title: t.stage.path.kernelOf({ host: kernel?.host ?? '' }),
    told: last === null || fast ? t.stage.path.empty : sentenceOf(last, t, say[language()]),
    empty: last === null && !fast ? t.stage.path.emptyHint : '',
    picture,
    scene: fast || visit === null || walk === null ? null : sceneOf(picture, visit, walk, beatOf(null, 1)),
    dir: stage.dir,
    acting,
    opened,
    registered: (state) => kernel?.registered[state] !== false,
    priorities: Object.fromEntries(
      STATIONS.map((s) => [s.state, priorityText(s.meta.priority ?? 0, t.stage.path.last)]),
    ),
    labels: Object.fromEntries(alone.map((s) => [s.state, labelsOf(s.state, visit, t)])),
    drops: Object.fromEntries((kernel?.drops ?? []).map((d) => [d.station.replace(':', '.'), d.count])),
    other: fast ? null : otherPart(picture, stage),
    chip: step === null || fast ? null : chipOf(step, stage),
    chain: chain === null ? null : chainPart(chain, stage),
  }
}

function otherPart(picture: Picture, stage: Stage): Drawing['other'] {
  const turn = stage.visit?.steps.findLast(turns)
  const answer = turn === undefined ? null : roadsOf(stage.lab).of(turn)
  if (turn === undefined || answer === null) return null
  const t = otherwise[language()]
  const road = otherRoad(picture, answer)
  const spot = nameSpot(picture, road, widthOf(t.label, OTHER_SIZE) + 12)
  return { road, name: t.label, spot, told: toldOf(answer, turn, t) }
}

function chipOf(step: Step, stage: Stage): Chip {
  const t = text().stage.chip
  const more = closer[language()].chip
  const h = step.header
  const dead = step.verdict === 'DROP'
  const death = dead ? deathOf(step, text()) : null
  const turn = turnOf(step, stage.dir)
  const conn = dead ? null : stage.conn
  const was = (field: string): string | null => step.changes.find((c) => c.field === field)?.from ?? null
  const end = (face: Parameters<typeof endOf>[0], side: 'src' | 'dst', of: [string, string]): Part[] => {
    const e = endOf(face, side)
    const addr = { was: was(of[0]), now: e.addr }
    return e.port === '' ? [addr] : [addr, { was: null, now: ':' }, { was: was(of[1]), now: e.port }]
  }
  const inner = (a: InnerField, b: InnerField): [string, string] => [a, b]
  return {
    what: protocolLabel(h),
    name: `${packetLabel(h)} #${step.serial}`,
    dead,
    src: end(h, 'src', ['src', 'sport']),
    dst: end(h, 'dst', ['dst', 'dport']),
    ttl: t.ttl({ ttl: h.ttl }),
    note: step.ct !== null && !(dead && step.ct.state === 'INVALID') ? step.ct.state : t.bytes({ n: h.len }),
    quotes:
      h.inner === null || dead
        ? null
        : {
            word: more.quotes,
            what: protocolLabel(h.inner),
            src: end(h.inner, 'src', inner('inSrc', 'inSport')),
            dst: end(h.inner, 'dst', inner('inDst', 'inDport')),
          },
    tuples:
      conn === null
        ? []
        : tupleLines(conn).map((line, i) => {
            const side = (e: End): Piece[] => [
              { said: e.addr, fresh: e.addrNew },
              ...(e.port === ''
                ? []
                : [
                    { said: ':', fresh: false },
                    { said: e.port, fresh: e.portNew },
                  ]),
            ]
            const plain = (said: string): Piece => ({ said, fresh: false })
            return {
              dir: line.dir,
              pieces: [
                plain(line.dir === 'orig' ? '▸ ' : '◂ '),
                ...side(line.src),
                plain(' → '),
                ...side(line.dst),
                plain(line.id === '' ? '' : ` id ${line.id}`),
              ],
              found: turn.found === i,
              role:
                turn.found === i
                  ? more.found
                  : turn.how === 'turned'
                    ? more.becomes
                    : i === 1
                      ? more.news
                      : more.asCame,
            }
          }),
    death: death && { why: death.why, code: t.reasonAt(death) },
  }
}

function chainPart(station: string, stage: Stage): Drawing['chain'] {
  const { table, hook } = stationOf[station]?.meta ?? {}
  if (table === undefined || hook === undefined) return null
  const chain = chainOf(hook)
  const chains = stage.lab.snapshot?.kernel.tables.find((x) => x.name === table)?.chains ?? []
  const step = stage.visit?.steps.findLast((s) => s.station === station && s.ran)
  const passage = passageOf(chains, chain, step?.rules ?? [])
  return {
    station,
    title: closer[language()].chainCard.title({ table, chain }),
    rows: passage === null ? [] : rowsOf(passage, chains),
    rewrite: step?.rewritten ?? false,
    drop: step?.verdict === 'DROP',
  }
}
