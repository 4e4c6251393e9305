/** Which chains a packet can come to from a built-in one. */
import type { TableView } from '../../lab/protocol.ts'

export type ChainView = TableView['chains'][number]

/** The chain and all that its rules jump or go to, each once, in the order in which they are met. */
export function calledFrom(chains: readonly ChainView[], name: string): ChainView[] {
  const out: ChainView[] = []
  const visit = (chain: ChainView | undefined): void => {
    if (chain === undefined || out.includes(chain)) return
    out.push(chain)
    for (const rule of chain.rules) {
      const words = rule.text.split(/\s+/)
      words.forEach((word, i) => {
        if (word === '-j' || word === '-g')
          visit(chains.find((c) => c.hook === null && c.name === words[i + 1]))
      })
    }
  }
  visit(chains.find((c) => c.name === name))
  return out
}
