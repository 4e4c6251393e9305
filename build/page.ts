/**
 * A lesson's Markdown as plain data: what `import page from './en.md'` gives. The build makes it (markdown.ts),
 * a component draws it, and no string ever becomes HTML on the way.
 */
export type Page = Block[]

/** What a lesson is called, what it is about, and the names of its steps: `import head from './en.md?head'`. */
export interface Head {
  title: string
  about: string
  steps: string[]
}

export type Block =
  /** `## The first packet {#first}` has the id `first`: the same in every language, whatever the title. */
  | { type: 'heading'; depth: number; id?: string; text: Inline[] }
  | { type: 'paragraph'; text: Inline[] }
  /** The words of a list item that is no paragraph. */
  | { type: 'text'; text: Inline[] }
  /** `lang` is what follows the opening fence, whole: 'sh', or 'console on gw'. */
  | { type: 'code'; lang?: string; code: string }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'list'; ordered: boolean; start: number; items: Item[] }
  | { type: 'table'; align: Align[]; head: Inline[][]; rows: Inline[][][] }
  | { type: 'rule' }

/** `checked` is there in a task list: `- [x] done`. */
export interface Item {
  checked?: boolean
  blocks: Block[]
}

export type Align = 'left' | 'center' | 'right' | null

export type Inline =
  | string
  | { type: 'strong' | 'em' | 'del'; text: Inline[] }
  | { type: 'code'; code: string }
  /** `` `=HOST# LINE` ``: what the line prints on that host. */
  | { type: 'value'; on: string; line: string }
  | { type: 'link'; href: string; title?: string; text: Inline[] }
  | { type: 'image'; src: string; alt: string; title?: string }
  | { type: 'break' }
