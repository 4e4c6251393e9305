/**
 * `<netfilter-lab lesson="03-snat" step="rule" lang="zh" panes="diagram,terminal">`: a lab in somebody's page. A classic
 * script, small and alone, so that any page can have it. Each attribute is a parameter of the address, by its name
 * (lessons/EMBEDDING.md); what is said between the two is in messages.ts.
 *
 * Until somebody wants it, it is a picture: `start="click"` (so it is if nothing is said), `"visible"` or `"now"`.
 */
import { CONNECT, DOCUMENT, HEIGHT, HELLO, METHODS, PROTOCOL } from './messages.ts'

/** Put in by build/element.ts, out of the text files. */
declare const WORDS: Record<'en' | 'zh', { start: string; failed: string }>

/** A lab that says nothing within this time will say nothing. */
const PATIENCE_MS = 5000
/** Attributes of the element that are no parameters. */
const OWN =
  /^(?:id|class|style|slot|part|title|src|start|hidden|role|tabindex|dir|sandbox|is|data-.*|aria-.*|on.*)$/
/** While it runs, these tell it what is wanted now. */
const LIVE = ['lesson', 'step', 'lab', 'lang', 'theme']

const base = (document.currentScript as HTMLScriptElement | null)?.src ?? location.href

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

class NetfilterLab extends HTMLElement {
  static readonly observedAttributes = LIVE

  #frame: HTMLIFrameElement | null = null
  #port: MessagePort | null = null
  #waiting = new Map<number, Waiting>()
  #next = 1
  #nonce: unknown = null
  #opened!: Promise<unknown>
  #open!: (nothing: unknown) => void
  #shut!: (error: Error) => void
  #ready = false
  #played = false
  #timer = 0
  #observer: IntersectionObserver | null = null
  #root = this.attachShadow({ mode: 'open' })

  connectedCallback(): void {
    this.#renew()
    this.style.display ||= 'block'
    addEventListener('message', this.#heard)
    this.#observer = new IntersectionObserver((entries) =>
      this.#seen(entries.at(-1)?.isIntersecting === true),
    )
    this.#observer.observe(this)
    if (this.getAttribute('start') === 'now') this.#begin()
    else this.#poster()
  }

  disconnectedCallback(): void {
    removeEventListener('message', this.#heard)
    this.#observer?.disconnect()
    clearTimeout(this.#timer)
    this.#port?.close()
    for (const { reject } of this.#waiting.values()) reject(new Error('closed'))
    this.#waiting.clear()
    this.#port = this.#frame = this.#nonce = null
    this.#timer = 0
    this.#ready = false
    this.#root.replaceChildren()
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.#ready || now === null || before === now) return
    const of = (one: string): string | undefined => this.getAttribute(one) ?? undefined
    const asked =
      name === 'lang'
        ? this.call('setLang', { lang: now })
        : name === 'theme'
          ? this.call('setTheme', { theme: now })
          : this.call(
              'load',
              name === 'lab'
                ? { lab: now }
                : { lesson: of('lesson'), step: name === 'step' ? now : undefined },
            )
    // Whoever wants to know calls the method.
    asked.catch(() => undefined)
  }

  /** Asks the lab for something: `call('exec', { host: 'pc1', line: 'ip addr' })`, or `exec({ … })`. */
  async call(method: string, args: unknown = {}): Promise<unknown> {
    this.#begin()
    await this.#opened
    return new Promise((resolve, reject) => {
      const id = this.#next++
      this.#waiting.set(id, { resolve, reject })
      this.#port?.postMessage({ id, method, args })
    })
  }

  get #words(): (typeof WORDS)['en'] {
    return WORDS[/^zh/i.test(this.getAttribute('lang') ?? document.documentElement.lang) ? 'zh' : 'en']
  }

  get #name(): string {
    return (
      this.title ||
      ['Netfilter Lab', this.getAttribute('lesson') ?? this.getAttribute('lab')].filter(Boolean).join(': ')
    )
  }

  /** The address of a page of the lab, by what the attributes say. */
  #address(): string {
    const url = new URL(this.getAttribute('src') ?? DOCUMENT, base)
    for (const { name, value } of this.attributes) if (!OWN.test(name)) url.searchParams.append(name, value)
    url.searchParams.set('embed', '1')
    url.searchParams.set('origin', origin)
    return url.href
  }

  #poster(): void {
    const button = document.createElement('button')
    const picture = new Image()
    const lang = /^zh/i.test(this.getAttribute('lang') ?? document.documentElement.lang) ? 'zh' : 'en'
    picture.src = new URL(
      `./posters/${this.getAttribute('lesson') ?? 'lab'}.${lang}.svg`,
      new URL(this.getAttribute('src') ?? '', base),
    ).href
    picture.alt = `${this.#words.start} (${this.#name})`
    picture.loading = 'lazy'
    Object.assign(picture.style, { display: 'block', width: '100%' })
    Object.assign(button, { type: 'button', onclick: () => this.#begin(true) })
    Object.assign(button.style, {
      display: 'block',
      width: '100%',
      padding: '0',
      border: '0',
      cursor: 'pointer',
    })
    button.append(picture)
    this.#root.replaceChildren(button)
  }

  #begin(focus = false): void {
    if (this.#frame !== null || !this.isConnected) return
    const frame = document.createElement('iframe')
    const src = this.#address()
    // On our own origin the two together would be no sandbox at all.
    const same = new URL(src).origin === origin ? '' : ' allow-same-origin'
    frame.setAttribute(
      'sandbox',
      this.getAttribute('sandbox') ??
        `allow-scripts allow-popups allow-downloads allow-forms allow-modals${same}`,
    )
    frame.title = this.#name
    frame.loading = 'lazy'
    frame.allow = 'fullscreen; clipboard-write'
    frame.referrerPolicy = 'no-referrer'
    Object.assign(frame.style, {
      display: 'block',
      width: '100%',
      border: '0',
      height: `${Number(this.getAttribute('height')) || 640}px`,
    })
    frame.src = src
    this.#frame = frame
    this.#root.replaceChildren(frame)
    if (focus) frame.focus()
    this.#seen(true)
  }

  #seen(inView: boolean): void {
    if (this.#frame === null) {
      if (inView && this.getAttribute('start') === 'visible') this.#begin()
      return
    }
    if (inView && this.#port === null && this.#timer === 0)
      this.#timer = window.setTimeout(() => this.#failed(), PATIENCE_MS)
    if (!this.#ready) return
    // Out of sight it rests, and goes on from there.
    if (!inView) void this.call('pause').then((was) => (this.#played = (was as { was: boolean }).was))
    else if (this.#played) void this.call('play').then(() => (this.#played = false))
  }

  #renew(): void {
    this.#opened = new Promise((resolve, reject) => {
      this.#open = resolve
      this.#shut = reject
    })
    this.#opened.catch(() => undefined)
  }

  #failed(): void {
    this.#shut(new Error(this.#words.failed))
    this.#renew()
    const note = document.createElement('p')
    const link = document.createElement('a')
    note.setAttribute('role', 'alert')
    const address = new URL(this.#address())
    for (const name of ['origin', 'embed']) address.searchParams.delete(name)
    Object.assign(link, { href: address.href, target: '_blank', rel: 'noopener', textContent: address.href })
    note.append(`${this.#words.failed} `, link)
    this.#root.append(note)
    this.#tell('error', { code: 'timeout', message: this.#words.failed })
  }

  readonly #heard = ({ source, data }: MessageEvent<unknown>): void => {
    const frame = this.#frame
    if (frame === null || source !== frame.contentWindow || typeof data !== 'object' || data === null) return
    const { type, height, protocol, nonce } = data as Record<string, unknown>
    if (type === HEIGHT && typeof height === 'number' && height >= 100 && height <= 4000)
      frame.style.height = `${height}px`
    // It says hello until it is answered; a page that was loaded anew says another one.
    if (type !== HELLO || nonce === this.#nonce) return
    clearTimeout(this.#timer)
    this.#root.querySelector('p')?.remove()
    if (protocol !== PROTOCOL) return this.#failed()
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }: MessageEvent<Record<string, unknown>>) => this.#said(data)
    this.#port?.close()
    this.#port = port1
    this.#nonce = nonce
    this.#ready = false
    // A sandboxed frame has no origin that could be named; the nonce says that it is the one.
    frame.contentWindow?.postMessage({ type: CONNECT, protocol, nonce }, '*', [port2])
    this.#open(null)
  }

  #said(data: Record<string, unknown>): void {
    if (typeof data.event === 'string') {
      if (data.event === 'ready') this.#ready = true
      this.#tell(data.event, data.detail)
      return
    }
    const waiting = this.#waiting.get(data.id as number)
    this.#waiting.delete(data.id as number)
    if (data.ok === true) waiting?.resolve(data.result)
    else {
      const error = data.error as { code: string; message: string }
      waiting?.reject(Object.assign(new Error(error.message), { code: error.code }))
    }
  }

  #tell(event: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(event, { detail }))
  }
}

for (const method of METHODS)
  Object.defineProperty(NetfilterLab.prototype, method, {
    value(this: NetfilterLab, args?: unknown) {
      return this.call(method, args)
    },
  })

if (!customElements.get('netfilter-lab')) customElements.define('netfilter-lab', NetfilterLab)
