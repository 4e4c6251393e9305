/** The bench with every program there is at hand. A page's worker fetches programs when they are typed instead. */
import '../userspace/index.ts'
import './labs/more.ts'

export * from './bench.ts'
export * from './boot.ts'
export type * from './state.ts'
