/** The page in another page's frame: it says how high it must be, and, to whom the address names, what goes on in it. */
import { untrack } from 'svelte'
import { METHODS, PROTOCOL, RATE_MAX, type Event, type Reply } from '../../embed/messages.ts'
import { onDone } from '../done.ts'
import { language } from '../text/index.ts'
import type { Workbench } from '../workbench.svelte.ts'
import { callsOn } from './calls.ts'
import { Door, Receiver } from './door.ts'
import { H5p, inAllWords, Teller as HeightTeller } from './height.ts'
import { passed, Teller } from './news.ts'

/** Hello is said so often, so far apart, until somebody answers: the page around may be slower than we are. */
const HELLOS = 40
const HELLO_MS = 250

/** Begins to speak; the function that is returned ends it. `needed`: the height, CSS pixels. */
export function frame(bench: Workbench, needed: () => number): () => void {
  const ends: (() => void)[] = []
  let told: (height: number) => void = () => undefined
  ends.push(heights(bench, needed, (height) => told(height)))
  const { origin } = bench.settings
  if (origin !== null)
    ends.push(
      answer(origin, (port) => {
        const events = speak(bench, port)
        told = (height) => events.teller.tell('resize', { height }, true)
        if (needed() > 0 && bench.embed) told(needed())
        ends.push(events.end)
      }),
    )
  return () => ends.forEach((end) => end())
}

function heights(bench: Workbench, needed: () => number, told: (height: number) => void): () => void {
  const teller = new HeightTeller()
  const h5p = new H5p()
  const say = (message: object | null): void => {
    if (message !== null) window.parent.postMessage(message, '*')
  }
  const heard = (event: MessageEvent<unknown>): void => {
    if (event.source === window.parent && bench.embed) say(h5p.hear(event.data, needed()))
  }
  window.addEventListener('message', heard)
  if (bench.embed) say(h5p.hello)
  const stop = $effect.root(() => {
    $effect(() => {
      const height = bench.embed ? teller.next(needed(), window.innerWidth) : null
      if (height === null) return
      inAllWords(height, bench.secret).forEach(say)
      say(h5p.tell(height))
      untrack(() => told(height))
    })
  })
  return () => {
    stop()
    window.removeEventListener('message', heard)
  }
}

/** Says hello to the page around until it has answered from where the address says that it is. */
function answer(origin: string, connected: (port: MessagePort) => void): () => void {
  const nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) =>
    n.toString(16).padStart(2, '0'),
  ).join('')
  const door = new Door<MessagePort>(window.parent, origin, nonce)
  // A page without an origin cannot be named: a file, a sandboxed frame.
  const to = origin === 'null' ? '*' : origin
  let left = HELLOS
  const hello = (): void => {
    window.parent.postMessage(door.hello, to)
    if (--left === 0) clearInterval(timer)
  }
  const timer = setInterval(hello, HELLO_MS)
  const heard = ({ source, origin, data, ports }: MessageEvent<unknown>): void => {
    const port = door.hear({ source, origin, data, ports })
    if (port === null) return
    stop()
    connected(port)
  }
  const stop = (): void => {
    clearInterval(timer)
    window.removeEventListener('message', heard)
  }
  window.addEventListener('message', heard)
  hello()
  return stop
}

function speak(bench: Workbench, port: MessagePort): { teller: Teller; end: () => void } {
  const clock = (): number => performance.now()
  const receiver = new Receiver(callsOn(bench), clock)
  const send = (message: Event | Reply): void => port.postMessage(message)
  const teller = new Teller(send, RATE_MAX, clock)
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    void receiver.hear(data).then((reply) => {
      if (reply !== null) send(reply)
    })
  }
  const stop = $effect.root(() => {
    watchStart(bench, teller)
    watchTime(bench, teller)
    watchLesson(bench, teller)
  })
  return {
    teller,
    end: () => {
      stop()
      port.close()
    },
  }
}

/** `ready` when the first lab is there, `error` where one fails, `navigate` when another one is open. */
function watchStart(bench: Workbench, teller: Teller): void {
  let ready = false
  const where = $derived(
    JSON.stringify({
      lesson: bench.mode === 'lesson' ? (bench.course?.id ?? null) : null,
      step: bench.mode === 'lesson' ? (bench.course?.step.id ?? null) : null,
      lab: bench.lab.snapshot?.lab ?? null,
    }),
  )
  const there = $derived(
    bench.lab.snapshot !== null &&
      (bench.mode === 'sandbox' || (bench.course !== null && bench.course.doing !== 'opening')),
  )
  $effect(() => {
    const at = JSON.parse(where) as object
    if (!there) return
    untrack(() => {
      if (ready) teller.tell('navigate', at, true)
      else teller.tell('ready', { protocol: PROTOCOL, methods: METHODS, language: language(), ...at }, true)
    })
    ready = true
  })
  $effect(() => {
    const { failure } = bench.lab
    if (failure !== null) teller.tell('error', { code: failure.code, message: failure.detail }, true)
    else if (bench.lost)
      teller.tell('error', { code: 'failed', message: 'the lesson could not be fetched' }, true)
  })
}

/** Where time is, and what packets did on the way there. */
function watchTime(bench: Workbench, teller: Teller): void {
  const { lab, player } = bench
  let seen = untrack(() => lab.snapshot?.events ?? 0)
  let before = ''
  $effect(() => {
    const s = lab.snapshot
    if (s === null) return
    const detail = { position: s.position, end: s.end, time: s.time, playing: player.state === 'playing' }
    untrack(() => {
      for (const { event, detail } of passed(lab.past, seen)) teller.tell(event, detail)
      seen = s.events
      const now = JSON.stringify(detail)
      if (now !== before) teller.tell('step', detail)
      before = now
    })
  })
}

/** What the learner has answered, found, reached and finished. */
function watchLesson(bench: Workbench, teller: Teller): void {
  let before = ''

  $effect(() => {
    const { course } = bench
    if (course === null) return
    const { id: lesson, step, record } = course
    const said = record.chosen.at(-1)
    const found = record.found.at(-1)
    const answered =
      record.truth !== null && said !== undefined ? { said, right: said === record.truth } : null
    const reached = step.goal === undefined ? null : { right: record.passed, wrong: record.wrong }
    const detail = {
      lesson,
      step: step.id,
      prediction: answered,
      goal: reached,
      finding: found === undefined ? null : { right: found.right },
    }
    untrack(() => {
      const now = JSON.stringify(detail)
      if (now !== before && before !== '' && (answered !== null || found !== undefined || record.touched))
        teller.tell('check', detail, true)
      before = now
    })
  })
  $effect(() =>
    onDone(({ lesson, step, at, statement }) => {
      if (step === null) teller.tell('lessoncomplete', { lesson, statement }, true)
      else teller.tell('stepcomplete', { lesson, step, at, statement }, true)
    }),
  )
}
