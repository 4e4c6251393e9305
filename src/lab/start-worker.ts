/** The page's worker. An embed build puts its own way to start one in the place of this file: build/embed/chunks.ts. */
import address from './worker.ts?worker&url'

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(): string },
  ): { createScriptURL(address: string): string }
}

/** Throws where the page may have no worker. */
export function startWorker(): Worker {
  // The page's policy lets no string become the address of a script, but for those that this policy answers for.
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const rules = { createScriptURL: () => address }
  const policy = trustedTypes?.createPolicy('netfilter-lab', rules) ?? rules
  return new Worker(policy.createScriptURL(address), { type: 'module' })
}
