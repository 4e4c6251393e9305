/** The tools by which a lab is taken away, and brought; runs are compared in compare.ts. */
import * as v from 'valibot'
import '../break/puzzle.ts'
import '../chain.ts'
import '../change/change.ts'
import '../compare.ts'
import '../course.ts'
import '../entries.ts'
import '../otherwise.ts'
import '../rehash.ts'
import '../saved.ts'
import { ask, type AskAnswer, type AskProblem } from '../ask/ask.ts'
import { prove, type Proof } from '../prove/script.ts'
import { build } from '../bring/build.ts'
import type { Brought } from '../bring/report.ts'
import type { Pieces, Session } from '../session.ts'
import { tools } from '../tools.ts'
import './bookmarks.ts'
import { capture, type Capture } from './capture.ts'
import { fromLink, toLink } from './link.ts'
import { toNft, type Translated } from './nft/nft.ts'
import { openSaved, printed, saveHistory, saveState } from './save.ts'
import { parseSaved, type Problem } from './schema.ts'

const Kind = v.picklist(['history', 'state'])

/** The lab as a file and as a link: `history` with all that was done, `state` with rules and settings alone. */
export interface Saved {
  json: string
  /** What stands behind `take=` in an address. */
  link: string
}

function* save(session: Session, argument: unknown): Pieces<Saved> {
  yield
  const saved = v.parse(Kind, argument) === 'history' ? saveHistory(session) : saveState(session)
  return { json: `${JSON.stringify(saved, null, 2)}\n`, link: toLink(saved) }
}

/** Open what `save` gave, the file's text or the link's. Problems: nothing was opened, or not all was done. */
function* load(session: Session, argument: unknown): Pieces<Problem[]> {
  yield
  const text = v.parse(v.string(), argument).trim()
  const { saved, problems } = text.startsWith('{') ? parseSaved(text) : fromLink(text)
  return saved === null ? problems : yield* openSaved(session, saved)
}

/** A capture file of devices, `host:device`; of all where none is named. */
function* pcap(session: Session, argument: unknown): Pieces<Capture> {
  yield
  return capture(session.run(), v.parse(v.array(v.string()), argument))
}

/** What iptables-save prints on a host. */
function* rules(session: Session, argument: unknown): Pieces<string> {
  yield
  return printed(session, v.parse(v.string(), argument), 'iptables-save')
}

/** What `ipset save` prints on a host; '' where it has no sets. */
function* sets(session: Session, argument: unknown): Pieces<string> {
  yield
  return printed(session, v.parse(v.string(), argument), 'ipset save')
}

/** Build a lab from what a machine's programs print, and open it. */
function* bring(session: Session, argument: unknown): Pieces<Brought> {
  yield
  const { spec, brought } = build(v.parse(v.string(), argument))
  yield* session.begin(spec, 1)
  return brought
}

const Question = v.object({ host: v.string(), text: v.pipe(v.string(), v.maxLength(1000)) })

/** Would a packet pass a host, and which rule decides? Nothing of it is left behind. */
function* question(session: Session, argument: unknown): Pieces<AskAnswer | AskProblem> {
  yield
  const { host, text } = v.parse(Question, argument)
  return ask(session.run(), host, text)
}

/** The rules of a host as a script for nft, and what of them cannot be said. */
function* nft(session: Session, argument: unknown): Pieces<Translated> {
  yield
  return toNft(printed(session, v.parse(v.string(), argument), 'iptables-save'))
}

/** A shell script that builds the lab on a real Linux and compares. */
function* proof(session: Session): Pieces<Proof> {
  yield
  return prove(session)
}

tools.set('save', save)
tools.set('load', load)
tools.set('pcap', pcap)
tools.set('rules', rules)
tools.set('sets', sets)
tools.set('bring', bring)
tools.set('ask', question)
tools.set('nft', nft)
tools.set('prove', proof)
